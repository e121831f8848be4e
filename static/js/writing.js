// What helps while writing; every form works without it.
import { count } from "./counter.js";
import { keepDraft } from "./draft.js";
import { offerNames } from "./mention.js";
import { pasteLinks } from "./paste.js";
import { previewInPlace } from "./preview.js";
import { showSimilar } from "./similar.js";

document.querySelectorAll("[data-count]").forEach(count);
document.querySelectorAll("textarea[name=body]").forEach(pasteLinks);
document.querySelectorAll("[data-mentions]").forEach(offerNames);
document.querySelectorAll("[data-preview]").forEach(previewInPlace);
document.querySelectorAll("[data-similar]").forEach(showSimilar);
document.querySelectorAll('[data-draft="save"]').forEach(keepDraft);
