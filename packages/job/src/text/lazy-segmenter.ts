/**
 * `Intl.Segmenter`, made when it is first asked. It stands there in the two bundles for those that are made as a module
 * is loaded: the data that comes with one takes longer to load than a green light takes, and only a terminal needs it.
 */
export class LazySegmenter implements Pick<Intl.Segmenter, 'segment'> {
  #segmenter: Intl.Segmenter | undefined;

  segment(text: string): Intl.Segments {
    this.#segmenter ??= new globalThis.Intl.Segmenter();
    return this.#segmenter.segment(text);
  }
}
