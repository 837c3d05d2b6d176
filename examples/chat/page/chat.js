"use strict";

// The room is the fragment of the address: /#lobby.
const room = decodeURIComponent(location.hash.slice(1)) || "lobby";
const element = (id) => document.getElementById(id);
const known = new Set(); // IDs of the messages on the page: the history and the room may both have one
let socket, pause = 500;

element("room").textContent = room;

// show adds a line. Its text is text, whatever a guest has written.
function show(text, kind) {
  const line = document.createElement("li");
  line.textContent = text;
  line.className = kind;
  element("messages").append(line);
  line.scrollIntoView();
}

const kinds = {
  message(event) {
    if (known.has(event.id)) return;
    known.add(event.id);
    show(`${event.from}: ${event.text}`, "message");
  },
  guests(event) {
    element("present").textContent = event.present.join(", ");
    for (const name of event.joined) show(`${name} has come`, "notice");
    for (const name of event.left) show(`${name} has gone`, "notice");
  },
};

// connect opens the socket, and again when it is lost. The history then has what was missed.
function connect() {
  const url = new URL(`/rooms/${encodeURIComponent(room)}`, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  url.hash = "";
  socket = new WebSocket(url);
  socket.onopen = () => {
    pause = 500;
    element("state").textContent = "connected";
  };
  socket.onmessage = (e) => {
    const event = JSON.parse(e.data);
    kinds[event.kind](event);
  };
  socket.onclose = (e) => {
    element("state").textContent = `connection lost (${e.code}), trying again`;
    setTimeout(connect, pause);
    pause = Math.min(pause * 2, 30000);
  };
}

element("enter").onsubmit = async (e) => {
  e.preventDefault();
  const answer = await fetch("/name", {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ name: element("name").value }),
  });
  if (!answer.ok) {
    element("state").textContent = "choose another name: letters and digits";
    return;
  }
  element("enter").hidden = true;
  element("chat").hidden = false;
  connect();
};

element("say").onsubmit = (e) => {
  e.preventDefault();
  if (socket.readyState !== WebSocket.OPEN) return;
  socket.send(JSON.stringify({ text: element("text").value }));
  element("text").value = "";
};
