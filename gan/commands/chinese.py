"""What `--help` says in Chinese: one table of texts, by the English ones, which stand where the options are made.

`{}` stands for whatever varies, such as a number or a list of names, in both texts and in the same order. A test names
each text that has no Chinese yet; after a change here or there, `python -m bench.help` writes the pages anew.
"""

import re
from functools import cache

from gan.errors import ConfigError

TEXTS: dict[str, str] = {
    # ---- the program and its commands
    "Explore, morph and train GANs.": "探索、插值、训练 GAN。",
    "open the atelier in a browser": "在浏览器里打开画室",
    "train a GAN": "训练一个 GAN",
    "pictures of seeds: a grid.png or a raw .npz": "由种子生成样本：拼成 grid.png，或存成 .npz 数组",
    "a film between seeds: .mp4, .gif, .webp, a contact sheet .png or all frames .zip":
        "在种子之间插值成影片：.mp4、.gif、.webp，缩略图总表 .png，或全部单帧 .zip",
    "how good a model is, as a table and as JSON": "评价模型的好坏，输出表格和 JSON",
    "a run's model under its own name, ready to share; or models as a web page":
        "把训练好的模型另存为自己的名字，便于分享；或把若干模型导出为网页",
    "the latents of pictures or sounds of one's own; --train MODEL: its encoder":
        "求自己的图片或声音在潜空间里的位置；--train MODEL：训练它的编码器",
    "fill a hole, take noise away, enlarge: a damaged picture made whole":
        "补洞、去噪、放大：修复一张损坏的图片",
    "fetch a data set ahead of time": "提前下载数据集",
    "{} --help says more about one of them; --version says which version this is.":
        "{} --help 给出某个命令的详细说明；--version 显示版本。",
    "publish a model on the Hub of Hugging Face, with its card": "把模型连同说明卡发布到 Hugging Face Hub",
    "publish the app as a Space of Hugging Face": "把应用部署为 Hugging Face Space",
    # ---- push and deploy
    "A model on the Hub, with its encoders, a card that tells its licence and figures, and a sheet of samples.":
        "把模型发布到 Hub：连同编码器、写明许可与指标的说明卡，以及一张样本图。",
    "the repository, made if it is not there": "仓库名；没有时新建",
    "of your own data, as the Hub names it, such as cc0-1.0": "自己的数据采用的许可，用 Hub 的写法，例如 cc0-1.0",
    "for yourself alone": "仅自己可见",
    "yes, weights that are for research alone too": "是的，仅供研究的权重也一并发布",
    "The app with its files in a Space, on ZeroGPU unless told; waits until it runs and says its address.":
        "把应用及其文件部署为 Space，默认使用 ZeroGPU；等到它运行起来，再给出地址。",
    "the Space, made if it is not there": "Space 的名字；没有时新建",
    "offered before the shipped ones: "
    "a name in weights/, a run's folder, a .safetensors file, or user/name[@revision] on the Hub":
        "排在随附模型之前提供的模型："
        "weights/ 里的名字、一次训练的文件夹、一个 .safetensors 文件，或 Hub 上的 user/name[@revision]",
    "such as cpu-basic (default {})": "例如 cpu-basic（默认 {}）",
    "seconds until it must run, 0 not to wait (default {})": "最多等多少秒让它运行起来，0 表示不等（默认 {}）",
    # ---- all commands
    "this page": "显示这一页",
    "language of the help: {}; what LANG says unless given": "帮助的语言：{}；不给出时由环境变量 LANG 决定",
    "a name in weights/, a run's folder, a .safetensors file, or user/name[@revision] on the Hub":
        "weights/ 里的名字、一次训练的文件夹、一个 .safetensors 文件，或 Hub 上的 user/name[@revision]",
    "where the data sets lie": "数据集所在的文件夹",
    # ---- app
    "Open the atelier in a browser.": "在浏览器里打开画室。",
    "to offer as well: a name in weights/, a run's folder, a .safetensors file, or user/name[@revision] on the Hub":
        "另外提供给访客的模型："
        "weights/ 里的名字、一次训练的文件夹、一个 .safetensors 文件，或 Hub 上的 user/name[@revision]",
    "address to listen on": "监听的地址",
    "port to listen on": "监听的端口",
    "path below which a reverse proxy shows the app, such as /gan": "反向代理把本应用放在哪个路径之下，例如 /gan",
    "a name by which visitors reach the app, such as example.org, or * for any":
        "访客用来访问的主机名，例如 example.org；* 表示任意",
    "how many proxies of yours stand before the app; each adds an address to X-Forwarded-For":
        "应用前面有几层自己的代理；每一层都会在 X-Forwarded-For 里加一个地址",
    "a public address as well, through a server of gradio's, for about a week":
        "另外经由 gradio 的服务器得到一个公网地址，有效期约一周",
    # ---- train
    "Train a GAN. Without arguments it trains small digits in a few seconds.":
        "训练一个 GAN。不带参数时，几秒钟就能训练出小数字。",
    "--help-all shows every setting, with its range.": "--help-all 列出全部设置及其取值范围。",
    "every setting": "列出全部设置",
    "start from: {}": "以哪个预设为起点：{}",
    "where data sets lie or are downloaded to": "数据集所在的、也是下载到的文件夹",
    "the run's folder; by default runs/PRESET-1, -2, …": "这次训练的文件夹；默认为 runs/PRESET-1、-2……",
    "go on with the run in DIR, or in --out": "接着训练 DIR（或 --out）里的那一次",
    "--resume: go on though the data are not those of the beginning": "与 --resume 连用：数据和开始时不同也继续",
    "snapshots of G kept for a film of the training, {} to {} (default {})":
        "为训练过程的影片保留多少份生成器快照，{} 到 {}（默认 {}）",
    "auto: a GPU if there is one, except Apple's": "auto：有 GPU 就用 GPU，但不自动选 Apple 的",
    "settings from a .json or .yaml, such as a run's config.json":
        "从 .json 或 .yaml 读取设置，例如一次训练的 config.json",
    "report to these as well: tensorboard, trackio, wandb": "同时记录到：tensorboard、trackio、wandb",
    "measure the run every N samples: Fréchet distance and coverage, or modes (default 0: never)":
        "每 N 个样本评测一次：Fréchet 距离与覆盖率，或模式数（默认 0：不评测）",
    "print the version": "显示版本",
    # ---- the settings of a run
    "data set: a name, or folder:PATH, zip:FILE, hub:USER/NAME, lines:FILE, sounds:FOLDER or midi:FOLDER":
        "数据集：名字，或 folder:PATH、zip:FILE、hub:USER/NAME、lines:FILE、sounds:FOLDER、midi:FOLDER",
    "network family": "网络结构",
    "damage to pictures that G learns to repair": "让生成器学会修复的图片损坏方式",
    "task enlarge: how many pixels of a side become one": "任务 enlarge：每边多少个像素缩成一个",
    "task denoise: the strongest noise's deviation in parts of the whole range":
        "任务 denoise：最强噪声的标准差，以整个取值范围为单位",
    "model whose networks, or layers that fit, the run starts from: a name, a path or hub:user/name; none: drawn "
    "afresh":
        "从哪个模型的网络（或其中对得上的层）开始：名字、路径或 hub:user/name；none：随机初始化",
    "picture size in pixels, 0: the data's own; twice the side is about four times the work":
        "图片边长（像素），0：数据自己的大小；边长加倍，计算量约为四倍",
    "loss pair of G and D": "生成器与判别器的目标函数",
    "length of the run in real samples shown to D": "训练长度：判别器总共看到的真实样本数",
    "samples a step": "批大小：每一步的样本数",
    "learning rate of G, and of D unless --lr-d is given": "生成器的学习率；不给 --lr-d 时判别器也用它",
    "everything random starts here": "随机种子，一切随机量都由它而来",
    "learning rate of D; 0: the same as G's": "判别器的学习率；0：与生成器相同",
    "share of the learning rates left at the end": "训练结束时，学习率还剩几分之几",
    "how lr and gamma go from start to end": "学习率和 gamma 从开始到结束怎样变化",
    "share of the run before lr and gamma begin to change": "训练进行到几分之几时，学习率和 gamma 才开始变化",
    "how G follows its gradient, and D unless told": "生成器的优化器；不另外指定时判别器也用它",
    "how D follows its gradient": "判别器的优化器",
    "Adam's first decay": "Adam 的一阶衰减率 β₁",
    "Adam's second decay": "Adam 的二阶衰减率 β₂",
    "Adam's first decay for D; -1: the same as G's": "判别器的 β₁；-1：与生成器相同",
    "Adam's second decay for D; -1: the same as G's": "判别器的 β₂；-1：与生成器相同",
    "D steps in each iteration": "每次迭代中判别器走几步",
    "G steps in each iteration": "每次迭代中生成器走几步",
    "what G's step is judged on": "生成器更新时，判别器看哪些假样本",
    "brake on D; auto: the objective's own": "对判别器的正则化；auto：目标函数自带的那种",
    "weight of R1 and R2 (half of it multiplies the squared slope)": "R1 和 R2 的权重 γ（梯度范数的平方乘以 γ/2）",
    "share of gamma at the end": "训练结束时，gamma 是开始时的几倍",
    "weight of WGAN-GP's penalty": "WGAN-GP 梯度惩罚的权重",
    "box for D's weights under clipping": "权重裁剪：判别器的权重限制在正负这个数之间",
    "weight of the mean absolute error of a repair in G's loss (tasks)": "修复任务：平均绝对误差在生成器损失中的权重",
    "weight of its mean squared error (tasks)": "修复任务：均方误差的权重",
    "half-life of G's moving average in samples; 0: none": "生成器权重滑动平均的半衰期（样本数）；0：不取平均",
    "the half-life is at most this share of the samples seen": "半衰期至多是已看样本数的几分之几",
    "size of the latent z": "潜向量 z 的维数",
    "distribution of what G is given": "送入生成器的噪声服从什么分布",
    "what G and D are told beside the latent and the picture": "除了潜向量和图片，还告诉两个网络什么（条件）",
    "G's hidden widths (mlp) or channels (dcgan, style, unet)":
        "生成器的隐藏层宽度（mlp）或通道数（dcgan、style、unet）",
    "D's hidden widths (mlp) or channels (dcgan, style, unet)":
        "判别器的隐藏层宽度（mlp）或通道数（dcgan、style、unet）",
    "width of a dense layer at the latent end of G (dcgan) and D (both); 0: none":
        "生成器（dcgan）靠近潜向量一端、判别器（两者都有）末端的全连接层宽度；0：没有",
    "kernel of the convolutions; in style, of those that double the resolution":
        "卷积核大小；在 style 中只指把分辨率翻倍的那些卷积",
    "size of w (style); 0: as z": "w 的维数（style）；0：与 z 相同",
    "layers from z to w (style)": "从 z 到 w 的映射网络层数（style）",
    "convolutions of G at each resolution beside the one that doubles it (style, unet)":
        "生成器在每个分辨率上，除翻倍的卷积之外还有几层卷积（style、unet）",
    "how G makes a clip's frames: channels of one picture, or pictures of a loop in w (style)":
        "动画的各帧怎样生成：一张图的各个通道，或 w 空间里一条闭合曲线上的图片（style）",
    "whose kernels are blurred, against checkerboards (style)": "哪些网络的卷积核加模糊，以消除棋盘格（style）",
    "end of G, for all but points": "生成器的输出层（点数据除外）",
    "normalisation in G": "生成器里的归一化",
    "how weights are drawn": "权重怎样初始化",
    "dropout in D": "判别器的随机失活（dropout）比例",
    "random Fourier features at D's input (points)": "判别器输入端的随机傅里叶特征个数（点数据）",
    "their spread in radians a unit": "这些特征频率的标准差（弧度每单位）",
    "differentiable augmentation: any of {}; auto: for small sets": "可微数据增强：可取 {}；auto：数据少时自动使用",
    "arithmetic of the forward passes": "前向计算的精度",
    "CPU threads; another number gives other rounding; 0: what is fastest, each minute":
        "CPU 线程数；线程数不同，舍入误差也不同；0：每分钟实测一次，取最快的",
    # ---- sample and film
    "A grid as PNG, the arrays as NPZ, or a file of the medium's own; or the picture that an Explore link shows.":
        "输出 PNG 拼图、NPZ 数组，或该类样本自己的文件格式；也可以画出“探索”页链接所指的那张图。",
    "such as 42, 1,7,42 or 0-63 (default {})": "例如 42、1,7,42 或 0-63（默认 {}）",
    "truncation: 1 none, 0 the mean picture (default 1)": "截断系数：1 不截断，0 得到平均图片（默认 1）",
    "its name or number, or one for each seed, such as 3,5,7 (default: the seed modulo their count)":
        "类别的名字或编号，也可以每个种子给一个，例如 3,5,7（默认：种子除以类别数的余数）",
    "instead of seeds: the address of a picture in the Explore tab": "不用种子，而用“探索”页里一张图的链接",
    "enlarge a grid N times": "把拼图放大 N 倍",
    "FILE.png, FILE.npz with seeds, z and samples, or what suits the model, such as .txt or .wav":
        "FILE.png；FILE.npz（内含种子、z 和样本）；或适合该模型的格式，例如 .txt、.wav",
    "A film along the path between seeds, or of the seeds' samples through the model's training.":
        "沿着种子之间的路径做一段影片，或展示这些种子的样本在训练过程中的变化。",
    "the seeds' pictures through the model's training instead": "改为展示这些种子的图片在训练过程中的变化",
    "for each segment (default {})": "每一段的帧数（默认 {}）",
    "the way between two seeds (default slerp)": "两个种子之间怎样插值（默认 slerp，即球面插值）",
    "how it ends (default loop)": "影片怎样收尾（默认 loop，即首尾相接）",
    "frames a second (default {})": "每秒帧数（默认 {}）",
    "FILE.mp4, .gif, .webp, .png or .zip, or what suits the model, such as .txt or .wav":
        "FILE.mp4、.gif、.webp、.png 或 .zip，或适合该模型的格式，例如 .txt、.wav",
    # ---- evaluate and export
    "A table for people, and the same figures as JSON.": "输出便于阅读的表格；同样的数字也可存成 JSON。",
    "write the figures here": "把数字写到这个文件",
    "measure against these, such as folder:PATH, not the model's own":
        "与这些数据比较，例如 folder:路径，而不用模型自己的训练数据",
    "default: {} points or {} pictures": "默认：{} 个点或 {} 张图片",
    "another set of samples": "换一组样本",
    "FID and KID as papers state them, too": "另外计算论文里常用的 FID 和 KID",
    "The model pair under a name of its own, with its measured quality in the card; or models as a plain web page.":
        "把模型另存为自己的名字，并把测得的质量写进模型卡片；或把若干模型导出为普通网页。",
    "figures of evaluate --json for the card": "写进模型卡片的数字，由 evaluate --json 得到",
    "e.g. weights/mine (two files)": "例如 weights/mine（两个文件）",
    "store the weights in 16 bits: half the size, nearly the same; the critic's alone: the very same samples":
        "用 16 位存储权重：大小减半，几乎不变；写 critic 则只改判别器：样本完全不变",
    "the truncation that the page shows the model with first": "页面起初显示该模型时所用的截断 psi",
    "write the generator as FILE.onnx, for other programs": "把生成器写成 FILE.onnx，供其他程序使用",
    "write the film of the run's training as a small FILE.webp": "把该次训练的影片写成一个小的 FILE.webp",
    "--static: with what makes it a static Space of that name": "与 --static 连用：附上使它成为同名静态 Space 的文件",
    "--space: and put it there": "与 --space 连用：并把它传上去",
    "--push: for yourself alone": "与 --push 连用：仅自己可见",
    "--push: yes, weights that are for research alone too": "与 --push 连用：是的，仅供研究的权重也一并发布",
    "write all rooms but Live as a web page": "把“实时训练”以外的房间导出为网页",
    "--static: with the real pictures, 4 MB a model": "与 --static 连用：连同真实图片，每个模型多 4 MB",
    # ---- invert and repair
    "The latents of pictures or sounds, and what the model makes of them; or --train an encoder for a model.":
        "求图片或声音在潜空间里的位置，以及模型由此做出的样本；或用 --train 为模型训练编码器。",
    "black for white, as of ink on paper": "黑白反转，例如白纸黑字",
    "a model, then pictures or sounds; --train: a model": "先写模型，再写图片或声音；--train：只写模型",
    "gets NAME.png or NAME.wav of each, {} and {}": "每个文件在其中得到一个 NAME.png 或 NAME.wav，另有 {} 和 {}",
    "faithful: from the encoder's guess: nearest to the picture; easy: from the nearest of many samples: easier to "
    "change afterwards": "faithful：从编码器的猜测出发，最接近原图；easy：从许多样本中最近的出发，之后更容易改动",
    "of L-BFGS for the files, {} for the encoder's guess alone (default {}); --train: of the training":
        "对每个文件做多少步 L-BFGS 优化，{} 表示只用编码器的猜测（默认 {}）；--train：训练的步数",
    "train the encoder of MODEL and write it beside the model": "训练 MODEL 的编码器，写在模型旁边",
    "--train: the encoder of damaged pictures": "与 --train 连用：训练用于修复损坏图片的编码器",
    "--train: go on with the encoder that lies there": "与 --train 连用：接着训练已有的编码器",
    "--train: CPU seconds that it takes about (default: about two minutes)":
        "与 --train 连用：大约用多少 CPU 秒（默认约两分钟）",
    "--train: of all that is drawn (default 0)": "与 --train 连用：随机种子（默认 0）",
    "--train: where the data sets lie": "与 --train 连用：数据集所在的文件夹",
    "A damaged picture made whole: a hole filled, noise taken away, or a tiny picture enlarged.":
        "修复一张损坏的图片：补洞、去噪，或把过小的图放大。",
    "a picture: what is white or opaque in it is painted anew": "一张图：其中白色或不透明的地方重新画出",
    "take noise, or salt and pepper, away": "去除噪声或椒盐噪点",
    "the picture is so many times too small": "图片缩小了多少倍",
    "up to so many different ones, beside one another (default 1)": "最多给出几种不同的结果，并排放置（默认 1）",
    # ---- data
    "Fetch or prepare a data set ahead of time.": "提前下载或准备好一个数据集。",
    "one of {}": "以下之一：{}",
    "where it goes; by default GAN_DATA_DIR, else data in this folder":
        "存放的文件夹；默认为 GAN_DATA_DIR，否则为当前文件夹里的 data",
}  # fmt: skip
# What stands around the texts of a page, by its English.
FRAME: dict[str, str] = {
    "usage: ": "用法：", "options:": "选项：", "[options]": "[选项]", "[settings]": "[设置]",
    " [{} to {}]": " [{} 至 {}]", ": ": "：",
}  # fmt: skip
MISSING = "--help has no Chinese for {!r}: add it to TEXTS in gan/commands/chinese.py"


@cache
def patterns() -> dict[str, re.Pattern[str]]:
    """What each English text looks like with whatever stands for its `{}`."""
    return {text: re.compile("(.+?)".join(map(re.escape, text.split("{}")))) for text in TEXTS}


def entry(text: str) -> tuple[str, tuple[str, ...]]:
    """(the English text of TEXTS that this one is, what stands for its `{}`).

    Raises:
        ConfigError: there is none.
    """
    if text in TEXTS:
        return text, ()
    for english, pattern in patterns().items():
        if "{}" in english and (found := pattern.fullmatch(text)):
            return english, found.groups()
    raise ConfigError(MISSING.format(text))


def has_chinese(text: str) -> bool:
    """Whether TEXTS knows an English text."""
    try:
        entry(text)
    except ConfigError:
        return False
    return True


def chinese(text: str) -> str:
    """An English text of the help in Chinese; ConfigError where TEXTS lacks it."""
    english, given = entry(text)
    return TEXTS[english].format(*given)
