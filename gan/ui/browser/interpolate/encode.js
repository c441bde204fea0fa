// What a browser makes of a film without a server: a contact sheet, a zip of the frames, and the film as it plays.
atelier.filmAlone = (() => {
  const FILM_SIDE = 448, SHEET_SIDE = 112, SHEET_MOST = 4096, BETWEEN = "rgb(128, 128, 128)"; // as gan/export.py has them
  const KINDS = ["video/mp4;codecs=avc1.640028", "video/mp4;codecs=avc1.42E01E", "video/webm;codecs=vp9", "video/webm"];
  const BITS = 8e6; // a second, of a recorded film
  const DAY = 1 << 5 | 1; // 1 January 1980: equal films give equal files

  // ---- zip, every file stored as it is ----------------------------------------------------------------------------------

  const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
    for (let bit = 0; bit < 8; bit++) n = n >>> 1 ^ (n & 1 ? 0xedb88320 : 0);
    return n;
  });

  function checksum(bytes) {
    // CRC-32
    let sum = ~0;
    for (let i = 0; i < bytes.length; i++) sum = sum >>> 8 ^ TABLE[(sum ^ bytes[i]) & 255];
    return ~sum >>> 0;
  }

  function record(signature, ...fields) {
    // a header: [value, bytes] after [value, bytes], the little end first
    const all = [[signature, 4], ...fields], bytes = new Uint8Array(all.reduce((sum, [, n]) => sum + n, 0)), view = new DataView(bytes.buffer);
    let at = 0;
    for (const [value, n] of all) {
      if (n === 4) view.setUint32(at, value, true); else view.setUint16(at, value, true);
      at += n;
    }
    return bytes;
  }

  function zip(files) {
    // files: [{name, bytes}], names in ASCII
    const parts = [], index = [];
    let at = 0;
    for (const { name, bytes } of files) {
      const title = new TextEncoder().encode(name), sum = checksum(bytes);
      const told = [[20, 2], [0, 2], [0, 2], [0, 2], [DAY, 2], [sum, 4], [bytes.length, 4], [bytes.length, 4], [title.length, 2], [0, 2]];
      index.push(record(0x02014b50, [20, 2], ...told, [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]), title);
      parts.push(record(0x04034b50, ...told), title, bytes);
      at += 30 + title.length + bytes.length;
    }
    const size = index.reduce((sum, part) => sum + part.length, 0);
    const end = record(0x06054b50, [0, 2], [0, 2], [files.length, 2], [files.length, 2], [size, 4], [at, 4], [0, 2]);
    return new Blob([...parts, ...index, end], { type: "application/zip" });
  }

  // ---- pictures -----------------------------------------------------------------------------------------------------------

  function canvas(width, height) {
    const made = Object.assign(document.createElement("canvas"), { width, height });
    made.getContext("2d").imageSmoothingEnabled = false;
    return made;
  }

  function still(reel, frame) {
    // one frame at its own size
    const made = canvas(reel.width, reel.height);
    made.getContext("2d").putImageData(atelier.filming.image(reel, frame), 0, 0);
    return made;
  }

  const breath = () => new Promise((done) => { setTimeout(done); });

  async function frames(reel, settings, told) {
    const files = [{ name: "film.json", bytes: new TextEncoder().encode(atelier.painting.ascii(settings)) }];
    for (let frame = 0; frame < reel.length; frame++) {
      const file = await atelier.painting.png(still(reel, frame));
      files.push({ name: `frame-${String(frame).padStart(4, "0")}.png`, bytes: new Uint8Array(await file.arrayBuffer()) });
      told((frame + 1) / reel.length);
    }
    return zip(files);
  }

  async function sheet(reel, settings, told) {
    const columns = Math.min(Math.round(Math.sqrt(reel.length)), reel.length), rows = Math.ceil(reel.length / columns);
    const side = Math.max(reel.width, reel.height), across = Math.max(columns, rows) * (side + 1) + 1;
    const scale = Math.max(1, Math.min(Math.floor(SHEET_SIDE / side), Math.floor(SHEET_MOST / across)));
    const width = reel.width * scale + 1, height = reel.height * scale + 1;
    const made = canvas(columns * width + 1, rows * height + 1), g = made.getContext("2d");
    g.fillStyle = BETWEEN;
    g.fillRect(0, 0, made.width, made.height);
    for (let frame = 0; frame < reel.length; frame++) {
      g.drawImage(still(reel, frame), (frame % columns) * width + 1, Math.floor(frame / columns) * height + 1, width - 1, height - 1);
      if (frame % 32 === 31) { told(frame / reel.length); await breath(); }
    }
    return atelier.painting.png(made, 1, settings);
  }

  // ---- the film, recorded while it plays ----------------------------------------------------------------------------------

  const kind = () => (globalThis.MediaRecorder ? KINDS.find((one) => MediaRecorder.isTypeSupported(one)) ?? "" : "");
  const suffix = () => (kind().startsWith("video/mp4") ? ".mp4" : ".webm");

  async function film(reel, settings, told) {
    // takes as long as the film lasts; its settings stand behind it, where players do not look
    const scale = Math.max(1, Math.floor(FILM_SIDE / Math.max(reel.width, reel.height)));
    const even = (side) => side * scale + side * scale % 2;
    const made = canvas(even(reel.width), even(reel.height)), g = made.getContext("2d");
    const stream = made.captureStream(0), [track] = stream.getVideoTracks();
    const recorder = new MediaRecorder(stream, { mimeType: kind(), videoBitsPerSecond: BITS }), parts = [];
    const ended = new Promise((done, failed) => {
      recorder.onstop = done;
      recorder.onerror = (event) => failed(event.error ?? new Error(event.type));
    });
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const draw = (frame) => {
      g.drawImage(still(reel, frame), 0, 0, made.width, made.height);
      track.requestFrame();
    };
    draw(0);
    recorder.start();
    const begun = performance.now();
    for (let frame = 0; frame < reel.length; frame++) {
      draw(frame);
      told((frame + 1) / reel.length);
      const until = begun + (frame + 1) * 1000 / reel.film.fps;
      await new Promise((done) => { setTimeout(done, Math.max(until - performance.now(), 0)); });
    }
    recorder.stop();
    await ended;
    track.stop();
    const text = atelier.painting.ascii(settings), { box, nothing } = atelier.filmFile;
    return new Blob([...parts, suffix() === ".mp4" ? box(text) : nothing(text)], { type: kind().split(";")[0] });
  }

  return { zip, checksum, frames, sheet, film, kind, suffix };
})();
