/* How a typed query becomes words: the rules of search.py in JavaScript (a test compares them). */
var foldVietnamese = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d");

var splitQuery = (query) => {
  const places = {"oà":"òa","oá":"óa","oả":"ỏa","oã":"õa","oạ":"ọa","oè":"òe","oé":"óe","oẻ":"ỏe","oẽ":"õe","oẹ":"ọe","uỳ":"ùy","uý":"úy","uỷ":"ủy","uỹ":"ũy","uỵ":"ụy"};
  const words = query.normalize("NFC").toLowerCase().match(/[\p{Letter}\p{Number}_]+/gu) || [];
  return words.map((word) => word.replace(/(?<!q)(?:o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ])$/u, (tail) => places[tail]));
};
