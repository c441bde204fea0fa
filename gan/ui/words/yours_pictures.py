"""Words of the Yours tab about pictures that are given, and what cannot be: key -> (English, Chinese)."""

PICTURES: dict[str, tuple[str, str]] = {
    # a picture that was given
    "picture_tools": ("Part of the picture", "取景"),
    "zoom": ("Nearer", "拉近"),
    "zoom_is": (
        "How small the frame is; a mouse wheel over the picture does the same.",
        "取景框多小；在图上滚动滚轮也可以。",
    ),
    "framed": ("As ink, centred", "当作墨迹并居中"),
    "framed_is": (
        "Treat it as the forger’s own data were: light ink on dark, scaled and put into the middle.",
        "按训练数据的方式处理：深底浅墨，缩放并居中。",
    ),
    "crop_label": (
        "Your picture with its frame. Arrow keys move the frame, plus and minus make it larger and smaller.",
        "您的图和取景框。方向键移动取景框，加号和减号缩放。",
    ),
    "crop_help": ("Drag the frame; wheel or + and − change its size.", "拖动取景框；滚轮或 +、− 改变大小。"),
    "moving": ("It moves: its first picture was taken.", "这是动图：取了第一张。"),
    "shrunk": (
        "This picture has {count} million pixels: it was made smaller while it was read.",
        "这张图有 {count} 百万像素：读取时已缩小。",
    ),
    "take": ("Take the picture", "拍照"),
    "take_is": ("Keep what the camera sees now, and switch it off.", "留下摄像头此刻所见，并关闭它。"),
    "stop": ("Close", "关闭"),
    "stop_is": ("Switch the camera off.", "关闭摄像头。"),
    "camera_help": ("Nothing of it leaves this machine.", "画面不会离开这台机器。"),
    # what cannot be
    "trouble_none": (
        "No model here comes with the small network that finds a picture in it, so there is nothing to look with.",
        "这里的模型都没有附带在其中找图的小网络，因此无从寻找。",
    ),
    "trouble_other": (
        "“{name}” comes without the small network that finds pictures in it, so it takes none. Here is “{shown}”.",
        "“{name}”没有附带在其中找图的小网络，因此不能给它图片；现在显示的是“{shown}”。",
    ),
    "trouble_engine": (
        "This room needs the engine to run in the browser, which this browser or this page does not allow.",
        "此页需要引擎在浏览器中运行，而此浏览器或此页面不允许。",
    ),
    "trouble_limit": (
        "“{name}” is too large for the browser’s engine, so it is not offered here.",
        "“{name}”对浏览器引擎来说太大，因此这里不提供。",
    ),
    "trouble_empty_file": ("This file is empty.", "这个文件是空的。"),
    "trouble_no_picture": (
        "This is no picture that a browser opens; PNG, JPEG, WebP, GIF, AVIF and BMP are.",
        "这不是浏览器能打开的图片；可用 PNG、JPEG、WebP、GIF、AVIF 和 BMP。",
    ),
    "trouble_heic": (
        "Browsers do not open HEIC; save the photograph as JPEG and give it again.",
        "浏览器打不开 HEIC；请把照片存成 JPEG 再试。",
    ),
    "trouble_svg": (
        "An SVG is made of shapes, not of pixels; save it as PNG and give it again.",
        "SVG 由图形而非像素组成；请存成 PNG 再试。",
    ),
    "trouble_damaged": (
        "This {format} file is damaged: it cannot be read to the end.",
        "这个 {format} 文件已损坏，无法读完。",
    ),
    "trouble_large": (
        "This picture has {count} million pixels; {most} million are the most that this page opens: save it smaller.",
        "这张图有 {count} 百万像素，这里最多打开 {most} 百万；请存小一些。",
    ),
    "trouble_tiny": (
        "This picture is {width} × {height} px, and {least} px a side are the least.",
        "这张图是 {width} × {height} px，每边至少要 {least} px。",
    ),
    "trouble_nothing": (
        "There is nothing to be seen in this picture: all of it has one colour.",
        "这张图没有内容：全是同一种颜色。",
    ),
    "trouble_no_paste": (
        "There is no picture to paste: copy one, or press Ctrl+V here.",
        "没有可粘贴的图：请先复制一张，或在此按 Ctrl+V。",
    ),
    "trouble_no_camera": (
        "There is no camera that this page may use: one must be there, allowed, and the page safe (https).",
        "没有本页可用的摄像头：须有摄像头、得到允许，并且页面安全（https）。",
    ),
    "research": (
        "This is a small model of a research set of faces: it may be far from yours, and it judges nobody.",
        "这是用研究用人脸集训练的小模型：可能与您的脸相差很远，它不评判任何人。",
    ),
}
