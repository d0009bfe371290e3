// Two small comforts; the site says everything without them.
//
// 1. Copy buttons on the command lines.
// 2. A player on the chain diagrams: it walks a chain step by step, for the good end and for each way to break.
//    Nothing moves until somebody asks, and the style sheet drops the transitions for prefers-reduced-motion.

"use strict";

// A frame is [states of the steps, completions posted so far, what happened]. A state is one letter:
// w waits, r runs, d done, b broke, f fell (never ran). A completion is [step, result].
const SCENARIOS = {
  accept: {
    "A request arrives": [
      ["rww", [], "The accept stands armed, bound to a slot that is free."],
      ["drr", [[0, "connected"]],
        "A client is in the slot. The accept reports at once, so a new chain can be armed; the receive runs, " +
          "and its deadline with it."],
      ["ddf", [[0, "connected"], [1, "bytes"]], "The request is here. The timeout is dropped without a word."],
    ],
    "The client says nothing": [
      ["rww", [], "The accept stands armed, bound to a slot that is free."],
      ["drr", [[0, "connected"]],
        "A client is in the slot, and silent. Others are not held up: a new accept is armed already."],
      ["dbd", [[0, "connected"], [1, "-ECANCELED"]],
        "The deadline has come. The timeout cancels the receive, and the receive reports it. The slot is " +
          "closed."],
    ],
    "The client hangs up": [
      ["rww", [], "The accept stands armed, bound to a slot that is free."],
      ["drr", [[0, "connected"]], "A client is in the slot."],
      ["ddf", [[0, "connected"], [1, "0"]],
        "Zero bytes: the client has gone. To the kernel that is a success; ChainServe looks at the number and " +
          "closes the slot."],
    ],
  },
  whole: {
    "All is well": [
      ["rwww", [], "The kernel opens the file into the connection’s file slot, never above the root."],
      ["drww", [], "It reads exactly the known length, just behind the head. Nobody has been told about the open."],
      ["ddrw", [], "It sends head and body together, all of it."],
      ["dddr", [], "It closes the file slot."],
      ["dddd", [[3, "0"]], "One completion for four steps. Now the connection may take its next request."],
    ],
    "The name is gone": [
      ["rwww", [], "The kernel looks for the name below the root."],
      ["bfff", [[0, "-ENOENT"]],
        "It is gone. The open reports its failure; the other steps never run, and stay silent. The name is " +
          "resolved again, and the answer is a 404."],
    ],
    "The name is cold": [
      ["rwww", [], "The open asks for names in the kernel’s cache only, so that it cannot block."],
      ["bfff", [[0, "-EAGAIN"]], "Not in the cache. The same chain is submitted again without that restriction."],
    ],
    "The file is shorter now": [
      ["rwww", [], "The kernel opens the file."],
      ["drww", [], "It reads, and comes to the end of the file too soon."],
      ["dbff", [[1, "fewer bytes"]],
        "A positive number, and still a failure: the chain breaks before the head is out. The file slot is " +
          "still occupied: it is closed, and the name resolved again."],
    ],
    "The client resets": [
      ["rwww", [], "The kernel opens the file."],
      ["drww", [], "It reads the body."],
      ["ddrw", [], "It sends, and the client is gone."],
      ["ddbr", [[2, "-ECONNRESET"]], "The send reports its failure. The hard link lets the close run all the same."],
      ["ddbd", [[2, "-ECONNRESET"], [3, "0"]], "The file slot is free. The connection is closed."],
    ],
  },
  checked: {
    "The file is as it was": [
      ["rwwww", [], "The kernel opens the file into the connection’s file slot."],
      ["drwww", [], "It reads one byte more than the file should have."],
      ["ddrww", [[1, "length"]],
        "The known length and not a byte more, and the known content hash: these are the bytes that the head " +
          "describes."],
      ["dddrw", [[1, "length"]], "The second half goes out with the next batch: the send …"],
      ["ddddr", [[1, "length"]], "… and the close of the file slot."],
      ["ddddd", [[1, "length"], [4, "0"]],
        "The close reports. Only now may anything else be submitted for this connection."],
    ],
    "The file was replaced": [
      ["rwwww", [], "The kernel opens the name, and gets a newer, longer file."],
      ["drwww", [], "It reads one byte more than the old file had, and gets it."],
      ["ddbff", [[1, "length + 1"]],
        "One byte too many. Nothing has been sent: the name is resolved again, and the answer is for the file " +
          "as it is now."],
    ],
    "Other bytes, same length": [
      ["rwwww", [], "The kernel opens the file, which was rewritten meanwhile."],
      ["drwww", [], "It reads one byte more than the old file had, and does not get it."],
      ["ddbff", [[1, "length"]],
        "The length is right, the content hash is not. Nothing has been sent: the name is resolved again, and " +
          "the answer is for the file as it is now."],
    ],
    "The name is cold": [
      ["rwwww", [], "The open asks for names in the kernel’s cache only, so that it cannot block."],
      ["bffff", [[0, "-EAGAIN"]],
        "Not in the cache. The request goes through the resolve, which may wait for the disk, and is answered " +
          "from there."],
    ],
    "The client resets": [
      ["rwwww", [], "The kernel opens the file."],
      ["drwww", [], "It reads."],
      ["ddrww", [[1, "length"]], "Length and hash are right."],
      ["dddrw", [[1, "length"]], "The send finds the client gone."],
      ["dddbr", [[1, "length"], [3, "-ECONNRESET"]],
        "It reports its failure. The hard link lets the close run all the same."],
      ["dddbd", [[1, "length"], [3, "-ECONNRESET"], [4, "0"]], "The file slot is free. The connection is closed."],
    ],
  },
};

const STATES = { w: "waits", r: "runs", d: "done", b: "broke", f: "fell" };
const FRAME_MILLISECONDS = 1800;

function button(label, onClick) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = label;
  element.addEventListener("click", onClick);
  return element;
}

function addPlayer(figure) {
  const scenarios = SCENARIOS[figure.dataset.player];
  const steps = [...figure.querySelectorAll(".step")];
  const names = steps.map((step) => step.querySelector(".op").textContent);
  const drawn = figure.querySelector(".cqe");
  const printed = new Map();

  // Any step may report when it breaks, so each gets a flag; `printed` keeps what the drawing says at rest.
  for (const step of steps) {
    let cqe = step.querySelector(".cqe");
    if (!cqe) {
      cqe = drawn.cloneNode(true);
      cqe.classList.add("extra");
      step.append(cqe);
    }
    printed.set(step, cqe.querySelector(".res").textContent);
  }

  const select = document.createElement("select");
  select.setAttribute("aria-label", "What happens");
  for (const name of Object.keys(scenarios)) {
    select.add(new Option(name));
  }

  // The caption tells what happens while the chain is walked, and is itself again at rest.
  const caption = figure.querySelector("figcaption");
  const captionText = caption.textContent;
  caption.setAttribute("aria-live", "polite");

  let frame = -1;
  let timer = 0;

  const frames = () => scenarios[select.value];

  function show() {
    const resting = frame < 0;
    const [states, posted, words] = resting ? ["", [], ""] : frames()[frame];
    figure.classList.toggle("playing", !resting);
    steps.forEach((step, index) => {
      step.classList.remove("posts", ...Object.values(STATES));
      step.querySelector(".res").textContent = printed.get(step);
      if (!resting) {
        step.classList.add(STATES[states[index]]);
      }
    });
    for (const [index, result] of posted) {
      steps[index].classList.add("posts");
      steps[index].querySelector(".res").textContent = result;
    }
    caption.textContent = resting ? captionText : words;
    back.disabled = resting;
  }

  function stop() {
    clearInterval(timer);
    timer = 0;
    play.textContent = "Play";
  }

  function advance() {
    frame = frame + 1 < frames().length ? frame + 1 : 0;
    show();
    if (frame + 1 === frames().length) {
      stop();
    }
  }

  const play = button("Play", () => {
    if (timer) {
      stop();
      return;
    }
    frame = frame + 1 < frames().length ? frame : -1;
    advance();
    timer = setInterval(advance, FRAME_MILLISECONDS);
    play.textContent = "Pause";
  });

  const next = button("Step", () => {
    stop();
    advance();
  });

  const back = button("Reset", () => {
    stop();
    frame = -1;
    show();
  });

  select.addEventListener("change", () => {
    stop();
    frame = -1;
    show();
  });

  const controls = document.createElement("div");
  controls.className = "player";
  controls.setAttribute("role", "group");
  controls.setAttribute("aria-label", `Walk the chain ${names.join(", ")}`);
  controls.append(select, play, next, back);
  figure.prepend(controls);
  show();
}

function addCopyButton(block) {
  const copy = button("Copy", async () => {
    // Prompts and comment lines are for reading, not for pasting.
    const code = block.querySelector("code").cloneNode(true);
    code.querySelectorAll(".p, .c").forEach((span) => span.remove());
    try {
      await navigator.clipboard.writeText(code.textContent.trim());
      copy.textContent = "Copied";
    } catch {
      copy.textContent = "Press Ctrl-C";
      getSelection().selectAllChildren(block.querySelector("code"));
    }
    setTimeout(() => {
      copy.textContent = "Copy";
    }, 2000);
  });
  copy.setAttribute("aria-live", "polite");
  block.append(copy);
}

document.querySelectorAll("[data-player]").forEach(addPlayer);
if (navigator.clipboard) {
  document.querySelectorAll(".command").forEach(addCopyButton);
}
