// @ts-check
// The newest message of a conversation. Of a long one, its beginning is shown.
const scroller = () => document.querySelector(".thread") || document.documentElement;

// Below an older part of a conversation is a newer one.
export function isAtEnd() {
  const box = scroller();
  return (
    Boolean(document.querySelector("#timeline:not(:has(#newer))")) &&
    box.scrollHeight - box.scrollTop - box.clientHeight < 120
  );
}

export function showNewest() {
  const comments = document.querySelectorAll("#timeline .comment");
  comments[comments.length - 1]?.scrollIntoView({ block: "start" });
}
