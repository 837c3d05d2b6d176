const main = document.querySelector("main");

async function api(path) {
  const answer = await fetch("/api" + path);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.detail);
  return body;
}

function link(task) {
  const a = document.createElement("a");
  a.href = "/tasks/" + task.id;
  a.textContent = task.title;
  return a;
}

async function show() {
  const id = location.pathname.match(/^\/tasks\/([^/]+)$/)?.[1];
  try {
    if (location.pathname === "/") {
      main.replaceChildren(...(await api("/tasks")).map(link));
    } else if (id) {
      main.textContent = (await api("/tasks/" + id)).title;
    } else {
      main.textContent = "There is no such page.";
    }
  } catch (error) {
    main.textContent = error.message;
  }
}

document.addEventListener("click", event => {
  const a = event.target.closest("a");
  if (!a || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState(null, "", a.href);
  show();
});
addEventListener("popstate", show);
show();
