document.title = "Tea";
