// The colour mode that the reader chose, before anything is drawn. Without a choice the system decides.
const chosen = localStorage.getItem("mode");
if (chosen) document.documentElement.dataset.mode = chosen;
