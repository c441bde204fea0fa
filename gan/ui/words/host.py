"""What the host says where something cannot be: English sentence -> Chinese sentence.

The core speaks English; a page in Chinese puts these in their place, the first that fits. {name} stands for any text.
Neither a capital at the beginning nor a full stop at the end counts.
"""

UNKNOWN = "英文原文：{sentence}"  # of a sentence that is not in the table

HOST: dict[str, str] = {
    # settings
    "there is no setting {name}": "没有名为 {name} 的设置。",
    "{flag} is one of {names}, not {value}": "{flag} 只能是 {names} 之一，而不是 {value}。",
    "{flag} must be text, not {value}": "{flag} 必须是文字，而不是 {value}。",
    "{flag} must be a whole number from {low} to {high}, not {value}": (
        "{flag} 必须是 {low} 到 {high} 的整数，而不是 {value}。"
    ),
    "{flag} must be a number from {low} to {high}, not {value}": (
        "{flag} 必须是 {low} 到 {high} 之间的数，而不是 {value}。"
    ),
    "{flag} must be a positive number, not {value}": "{flag} 必须是正数，而不是 {value}。",
    "the link is too long: at most {count} characters": "链接太长：最多 {count} 个字符。",
    "the two networks have {count} weights, this machine allows {most} for a live run: take fewer or narrower layers": (
        "两个网络共有 {count} 个权重，这台机器的实时训练最多允许 {most} 个：请减少层数或每层的神经元。"
    ),
    "the networks of this set-up are no numbers before their first step": "按此设置，网络在第一步之前就已不是有限数。",
    "a live run has one thread": "实时训练只用一个线程。",
    "--start {name}: its D has other layers than the one chosen here": (
        "起始模型 {name}：其判别器的层与此处所选的不同。"
    ),
    "there is no data set {name}; known are {names}": "没有名为 {name} 的数据集；已知的有 {names}。",
    "the data of {name} are not on this machine": "这台机器上没有 {name} 的数据。",
    "the data of {name} on this machine are damaged; its log says which": (
        "这台机器上 {name} 的数据已损坏；主机的日志写明是哪些。"
    ),
    "the drawing {text} is damaged: it is not base64": "图案 {text} 已损坏：不是 base64。",
    "the drawing {text} is damaged: its last point has no y": "图案 {text} 已损坏：最后一个点没有 y。",
    "a drawing has 1 to {most} points, not {count}": "图案有 1 到 {most} 个点，而不是 {count} 个。",
    "a set-up is an object of settings by name": "设置必须是按名字列出的值。",
    # live runs
    "that run is no longer here; open the tab again for a new one": "这个训练已不在了；重新打开此页会得到新的训练。",
    "that run is on another host behind this address, or its host was started anew; several hosts must keep each "
    "visitor on one of them": (
        "这个训练在同一地址后面的另一台主机上，或主机已重新启动；多台主机必须让每位访客固定在其中一台。"
    ),
    "the run is still at work on what was asked before; try again in a moment": "训练还在做上一件事；请稍后再试。",
    "this machine is busy with other visitors' runs; try again in a moment": "主机正忙于其他访客的训练；请稍后再试。",
    "one iteration would take {seconds} s here, this machine allows {most} s for a live run: take a smaller batch, "
    "fewer steps of D and G, or narrower layers": (
        "一次迭代在这里约需 {seconds} 秒，这台机器的实时训练最多允许 {most} 秒："
        "请减小批量、减少 D 和 G 的步数，或减少每层的神经元。"
    ),
    "you are watching: only its owner can steer this run": "您正在观看：只有主人可以操作。",
    "that run is not there to be watched, or no longer": "这个训练不能观看，或已不在了。",
    "{most} people are watching that run, as many as this machine allows": "已有 {most} 人在看，达到这台机器的上限。",
    "all {count} places for live runs are taken; please try again later": (
        "{count} 个实时训练的位置都已占满；请稍后再试。"
    ),
    "a run cannot {name}; it knows {names}": "训练不能 {name}；它只会 {names}。",
    "a worker cannot do {name}; it knows {names}": "训练进程不会 {name}；它只会 {names}。",
    "a step is of both, d or g, not {value}": "一步只能是 both、d 或 g，而不是 {value}。",
    "an illness is one of {names}, not {value}": "病只能是 {names} 之一，而不是 {value}。",
    "the doctor has nothing to cure": "医生没有要治的病。",
    "a run before its cure has no setting {name} of its own": "治疗前的训练没有自己的设置 {name}。",
    "this is the run before its cure: the cured one trains beside it": "这是治疗前的训练：治好的那个在旁边训练。",
    "a lane is 0 or 1, not {value}": "两者之一写作 0 或 1，而不是 {value}。",
    "there is no lane {value}": "没有第 {value} 个训练。",
    "a run that has diverged has no model: its weights are no numbers": "发散的训练没有模型：权重已不是有限数。",
    "the run's process has ended; reset starts it over": "训练进程已结束；按“重来”重新开始。",
    "the run's process has ended": "训练进程已结束。",
    "the run's process did not listen and was ended; reset starts it over": (
        "训练进程没有响应，已被结束；按“重来”重新开始。"
    ),
    "the app is ending": "应用正在关闭。",
    "this run has used up its seconds of training; reset starts it over": "这个训练的时间已用完；按“重来”重新开始。",
    "the run does not answer; reset starts it over": "训练没有回应；按“重来”重新开始。",
    "that moment of the run is no longer kept; take one beside it": "这一刻已不再保存；请选旁边的一刻。",
    "that moment can be looked at, but the run cannot go on from there; take a later one": (
        "这一刻可以看，但不能从这里继续；请选晚一点的一刻。"
    ),
    "there is nothing to film yet: train a little first": "还没有可拍的内容：请先训练一会儿。",
    "a run's film is {names}, not {value}": "训练的影片只能是 {names}，而不是 {value}。",
    "a file is a film, curves or a model, not {value}": "文件只能是影片、曲线或模型，而不是 {value}。",
    # classes
    "this class has ended": "这堂课已结束。",
    "there is no such class here, or no longer; ask for its link again": "这里没有这堂课，或已结束；请再要一次链接。",
    "{most} people follow that class, as many as this machine allows": "已有 {most} 人在跟这堂课，达到这台机器的上限。",
    "all {count} places for classes are taken; please try again later": "{count} 个课堂的位置都已占满；请稍后再试。",
    "the class has gone on to another step": "课堂已进到另一步。",
    "the votes of this step are shown already: no more are counted": "这一步的投票结果已公布：不再计票。",
    "a class votes, its teacher does not": "投票的是学生，不是老师。",
    "you are following: only the teacher can do that": "您在跟课：只有老师可以操作。",
    # models and pictures
    "there is no model {name} here; there are {names}": "这里没有模型 {name}；有 {names}。",
    "there is no model to show: train one with train.py and name its folder": (
        "没有可显示的模型：请用 train.py 训练一个，并指明其文件夹。"
    ),
    "the model {name} cannot be opened now": "模型 {name} 现在打不开。",
    "the model {name} has no generator that a browser can run": "模型 {name} 没有浏览器能运行的生成器。",
    "the model {name} came without its critic's opinions of real data": "模型 {name} 没有附带鉴别者对真实数据的评分。",
    "the real samples of the model {name} are not on this machine": "这台机器上没有模型 {name} 的真实样本。",
    "the model {name} has no seeds, it repairs damaged pictures: give it one to repair": (
        "{name} 用来修复受损的图片，没有种子：请给它一张要修复的图片。"
    ),
    "the model {name} came without an encoder of pictures": "模型 {name} 没有附带图片的编码器。",
    "the model {name} came without an encoder of damaged pictures": "模型 {name} 没有附带受损图片的编码器。",
    "the model {name} came without a film of its training": "模型 {name} 没有附带训练影片。",
    "the film of the model {name}'s training is damaged or too large": "模型 {name} 的训练影片已损坏或太大。",
    "a file has no order {name}": "文件没有 {name} 这种顺序。",
    "a file is {names}, not {value}": "文件只能是 {names}，而不是 {value}。",
    "want is {names}, not {value}": "want 只能是 {names}，而不是 {value}。",
    "share must be a number from 0 to 1, not {value}": "份额必须是 0 到 1 之间的数，而不是 {value}。",
    "mixing takes pairs of w and a stage from 0 to {last}": "混合需要成对的 w 和 0 到 {last} 的层。",
    "at most {most} are made at once": "一次最多生成 {most} 个。",
    "the critic judges at most {most} at once": "鉴别者一次最多评判 {most} 个。",
    "features are those of one w, or of two that are mixed, at a stage; not of {count}": (
        "某一层的特征来自一个 w，或两个混合的 w，而不是 {count} 个。"
    ),
    "a request holds rows of {size} float32 numbers, not {count} bytes": (
        "请求由每行 {size} 个 float32 数组成，而不是 {count} 字节。"
    ),
    "a number of the request is not finite or far too large": "请求中有一个数不是有限数，或太大。",
    # films
    "a film is {names}, not {value}": "影片只能是 {names}，而不是 {value}。",
    "{shape} pixels are announced, {count} bytes came": "预告的像素是 {shape}，到达的是 {count} 字节。",
    "the settings of a film are an object of values by name": "影片的设置必须是按名字列出的值。",
    "a film is the length of its header in four bytes, its header and its pixels": (
        "影片由四字节的头长度、头和像素组成。"
    ),
    "a film is sent with its length": "发送影片时必须说明长度。",
    "a film's pixels take at most {most} bytes: take fewer frames": "影片的像素最多 {most} 字节：请减少帧数。",
    "a training film shows 1 to {most} seeds": "训练影片显示 1 到 {most} 个种子。",
    "the classes of a training film are as many as its seeds, {count}": "训练影片的类别数与种子数相同：{count}。",
    "the model {name} came without moments of its training": "模型 {name} 没有训练检查点。",
    "{kept} moments of {count} seeds are more than a film holds: take fewer seeds": (
        "{kept} 个时刻、每个 {count} 个种子，超过一部影片的容量：请减少种子。"
    ),
    "the moments of the model {name}'s training are damaged": "模型 {name} 的训练检查点已损坏。",
    # the door: a page meets it behind a proxy that changes names, or after the host has changed its version
    "this request comes from a page of another site": "这个请求来自其他网站的页面。",
    "there is nothing at this address": "这个地址没有内容。",
    "this address is too long: at most {most} characters may follow its question mark": (
        "地址太长：问号后最多 {most} 个字符。"
    ),
    "this address is too long: its path has at most {most} characters": "地址太长：路径最多 {most} 个字符。",
    "this host is not called {name}: its owner can allow the name with --allow-host": (
        "这台主机不叫 {name}：主人可以在启动时允许这个名字。"
    ),
    # requests
    "this machine is busy with other visitors' pictures; try again in a moment": "主机正忙于其他访客的图；请稍后再试。",
    "this machine is busy with other visitors' films; try again in a moment": "主机正忙于其他访客的影片；请稍后再试。",
    "a request here has at most {most} bytes, not {count}": "这里的请求最多 {most} 字节，而不是 {count}。",
    "a request here has at most {most} bytes": "这里的请求最多 {most} 字节。",
    "the request ended before its end": "请求没有传完就中断了。",
    "the request did not arrive in time: the connection is too slow, or it broke off": (
        "请求没有及时到达：连接太慢，或中断了。"
    ),
    "a request is a JSON object": "请求必须是一个 JSON 对象。",
    "{name} is a JSON object": "{name} 必须是一个 JSON 对象。",
}
