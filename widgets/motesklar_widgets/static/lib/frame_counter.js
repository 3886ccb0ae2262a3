// @ts-check
/** Counts the frames that a video has really shown. */

/**
 * @param {HTMLVideoElement} video
 * @returns {import("./media.js").FrameCounter}
 */
export function countFrames(video) {
  if (typeof video.requestVideoFrameCallback !== "function") {
    return { count: () => video.getVideoPlaybackQuality().totalVideoFrames, close: () => undefined };
  }
  let frames = 0;
  let handle = 0;
  /** @type {VideoFrameRequestCallback} */
  const shown = (_, { presentedFrames }) => {
    // the browser may call for one frame of several
    frames = presentedFrames;
    handle = video.requestVideoFrameCallback(shown);
  };
  handle = video.requestVideoFrameCallback(shown);
  return { count: () => frames, close: () => video.cancelVideoFrameCallback(handle) };
}
