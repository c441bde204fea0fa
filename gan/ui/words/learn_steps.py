"""What each step of the lesson says: key -> (English, Chinese). The steps are those of `gan.ui.learn.steps`.

Claims about a run are held against its recording by `tests/ui/test_learn.py`.
"""

WORDS: dict[str, tuple[str, str]] = {
    # 1
    "game_title": ("The game", "一场博弈"),
    "game_lead": (
        "Two [networks](network) play against each other. The [forger](forger) makes points ▲ and wants them taken for "
        "real ones. The [critic](critic) looks at real points ● and at fakes ▲, and wants to tell which is which.",
        "两个[网络](network)互相对抗。[伪造者](forger)造出点 ▲，想让人以为是真的。[鉴别者](critic)看真实的点 ● 和"
        "伪造的点 ▲，想分出真假。",
    ),
    "game_question": (
        "The forger has learnt nothing yet: all its ▲ sit on one spot. Now both learn, in turn. What will the ▲ do?",
        "伪造者还什么都没学：所有 ▲ 挤在一处。现在双方轮流学习。▲ 会怎样？",
    ),
    "game_answer_0": ("Copy the ● one by one", "一个一个地抄 ●"),
    "game_answer_1": ("Spread until they lie as the ● do", "散开，直到像 ● 那样分布"),
    "game_answer_2": ("Stay: the critic wins", "不动：鉴别者赢了"),
    "game_verdict_0": (
        "The forger cannot copy: it never sees a real point. It only hears what the critic believes.",
        "伪造者没法抄：它从来看不到真实的点，只听得到鉴别者信不信。",
    ),
    "game_verdict_1": (
        "And it does so without ever seeing a real point: what the critic believes is all that it hears.",
        "而且它从未见过一个真实的点：它只听得到鉴别者信不信。",
    ),
    "game_verdict_2": (
        "A critic that sees through the fakes also shows what is wrong with them, and from that the forger learns.",
        "看穿伪造的鉴别者也就透露了哪里不像，伪造者正是从中学习。",
    ),
    "game_why": (
        "Each difference that the critic finds is one that the forger can remove. When none is left, the ▲ lie where "
        "the ● lie. That is why it is a game: what one wins the other loses, so each drives the other on.",
        "鉴别者每找到一处差别，伪造者就能消去一处。差别消尽时，▲ 就落在 ● 所在之处。所以说这是博弈："
        "一方所得就是另一方所失，双方互相逼着进步。",
    ),
    "game_act": (
        "Be the critic: hide who made which, and drag the bar. From which [step](step) on is it hard to tell?",
        "你来当鉴别者：隐藏真假，拖动进度条。从第几[步](step)起变得难分？",
    ),
    "game_free": ("The same game on other points.", "换一些点，玩同样的博弈。"),
    # 2
    "noise_title": ("From noise to a sample", "从噪声到样本"),
    "noise_lead": (
        "What does a forger begin with? With [z](z): random numbers. Here z is two numbers, so all z together are a "
        "square sheet, and the forger bends the sheet into the plane. Each z becomes one point, the same until "
        "the forger learns on.",
        "伪造者从什么开始？从 [z](z)：一些随机数。这里 z 是两个数，所有的 z 合起来就是一张方形的纸；"
        "伪造者把这张纸弯到平面里。每个 z 变成一个点；伪造者没有再学之前，这个点不变。",
    ),
    "noise_question": (
        "Eight blobs of ● are real; the net is the bent sheet. Two z lie close together. Where do their fakes land?",
        "八团 ● 是真实的点；网格是弯过的纸。两个 z 离得很近，它们的伪造样本会落在哪里？",
    ),
    "noise_answer_0": ("Close together, nearly always", "几乎总是离得很近"),
    "noise_answer_1": ("Anywhere: z is random", "哪里都可能：z 是随机的"),
    "noise_answer_2": ("On exactly the same point", "完全同一个点"),
    "noise_verdict_0": (
        "The forger bends and stretches its sheet, but it has no scissors.",
        "伪造者可以弯、可以拉，但没有剪刀。",
    ),
    "noise_verdict_1": (
        "Only the choice of z is random. The forger itself is a fixed rule, and a smooth one.",
        "只有抽取 z 是随机的。伪造者本身是固定的规则，而且是平滑的。",
    ),
    "noise_verdict_2": (
        "Two different z give two different points; but near z give near points.",
        "不同的 z 得到不同的点；不过相近的 z 得到相近的点。",
    ),
    "noise_why": (
        "The sheet has unfolded, and most of it has gathered in eight blobs. Between them its meshes are pulled long, "
        "so few z land there. With pictures it is the same: a small step of z is a small change, and many of them are "
        "a film.",
        "纸展开了，大部分聚到八团里。团与团之间网眼被拉得很长，很少有 z 落在那里。图片也一样：z 走一小步，"
        "图只变一点；一连串小步就是一段影片。",
    ),
    "noise_act": (
        "Drag the mark over the sheet and watch its fake on the plane. Find a place where a small step leaps from one "
        "blob to the next.",
        "在纸上拖动标记，看平面上它的伪造样本。找一处：小小一步就从一团跳到另一团。",
    ),
    "noise_free": (
        "Watch your own sheet unfold. With one number in z there is no sheet, only a thread.",
        "看你自己的纸展开。z 只有一个数时，没有纸，只有一根线。",
    ),
    # 3
    "critic_title": ("The critic’s view", "鉴别者的眼光"),
    "critic_lead": (
        "The critic has an answer for every place of the plane: how sure it is that a point there is real. The "
        "[field](field) shows it as colour: green for real, orange for fake, none at [½](half), where it cannot tell. "
        "An [arrow](arrow) on a ▲ shows which way the critic would believe it more.",
        "鉴别者对平面上每个位置都有回答：那里的点有多大把握是真的。[场](field)用颜色表示：绿是真，橙是假，"
        "没有颜色是 [½](half)，即分不出。▲ 上的[箭头](arrow)指向鉴别者会更相信它的方向。",
    ),
    "critic_question": (
        "The critic is new: its colours mean nothing yet. Now it learns alone for 40 steps; the forger must hold "
        "still. What will the field look like?",
        "鉴别者是新的：它的颜色还没有意义。现在它独自学 40 步，伪造者不许动。场会变成什么样？",
    ),
    "critic_answer_0": ("No colour anywhere: it cannot tell yet", "哪里都没有颜色：它还分不出"),
    "critic_answer_1": ("Green where the ● are, orange at the ▲", "● 那里绿，▲ 那里橙"),
    "critic_answer_2": ("Green everywhere", "一片绿"),
    "critic_verdict_0": (
        "It has seen 40 [batches](batch) of both, and found the difference.",
        "它看过双方各 40 [批](batch)样本，找到了差别。",
    ),
    "critic_verdict_1": (
        "It has drawn a border between the two; on the thin line it says ½. Far from all points its colours are "
        "guesses.",
        "它在两者之间划了界；细线上它说 ½。离所有点都远的地方，颜色只是瞎猜。",
    ),
    "critic_verdict_2": (
        "Then it would take every fake for real; it was told which points were fakes, and learnt to doubt their spot.",
        "那就等于把伪造的全当真；它被告知哪些是伪造的，学会了怀疑那一处。",
    ),
    "critic_why": (
        "Nothing but the critic has changed, and yet every ▲ now has an arrow that tells it where to go. So a forger "
        "learns from its critic: it follows the arrows, uphill in the field: the greener, the higher.",
        "变的只有鉴别者，可是每个 ▲ 都有了指路的箭头。伪造者就是这样向鉴别者学习：顺着箭头，在场里往高处走：越绿越高。",
    ),
    "critic_act": (
        "Now let the forger learn alone, twice, and keep an eye on the arrows.",
        "现在让伪造者独自学两回，留意箭头。",
    ),
    "critic_clip_0": ("Forger alone: 12 steps", "伪造者独自 12 步"),
    "critic_clip_1": ("And 28 more", "再 28 步"),
    "critic_act_done": (
        "The ▲ went where their arrows pointed, into the green, and then on, past the ●: the critic stood still and "
        "did not object. That is why the two take turns.",
        "▲ 顺着箭头走进绿色，然后越过了 ●：鉴别者停着不动，没有异议。所以双方要轮流。",
    ),
    "critic_free": (
        "You say who learns. Can you bring the ▲ onto the ● by turns of ten steps?",
        "由你决定谁学。你能每次十步，把 ▲ 带到 ● 上吗？",
    ),
    # 4
    "round_title": ("One round, slowly", "慢看一轮"),
    "round_lead": (
        "Learning goes in [rounds](round) of two halves. In the first half only the critic learns, in the second only "
        "the forger. Each half has five stages: noise, samples, judgement, [loss](loss), update.",
        "学习按[轮](round)进行，每轮两半。前半只有鉴别者学，后半只有伪造者学。每半有五个阶段：噪声、样本、评判、"
        "[损失](loss)、更新。",
    ),
    "round_question": (
        "You see stage 3: the critic judges 128 real points and 128 fakes. How many real points does the forger get to "
        "see in its own half?",
        "现在是阶段 3：鉴别者评判 128 个真实的点和 128 个伪造的点。伪造者在自己的半轮里能看到多少真实的点？",
    ),
    "round_answer_0": ("128, as the critic does", "128 个，和鉴别者一样"),
    "round_answer_1": ("The best one", "最好的那一个"),
    "round_answer_2": ("None", "一个也没有"),
    "round_verdict_0": (
        "Look at stage 8: only fakes are on the table.",
        "看阶段 8：桌上只有伪造样本。",
    ),
    "round_verdict_1": (
        "Look at stage 8: there is no real point on the table, not even one.",
        "看阶段 8：桌上一个真实的点都没有。",
    ),
    "round_verdict_2": (
        "Stage 8, the forger’s half: only fakes are on the table.",
        "阶段 8，伪造者的半轮：桌上只有伪造样本。",
    ),
    "round_why": (
        "Only the critic looks at real data. What comes back to the forger is one arrow for each fake, and the "
        "forger’s [weights](network) are turned so that the fakes move that way. The forger learns at second hand, so "
        "it needs a critic worth hearing.",
        "只有鉴别者看真实数据。回到伪造者那里的，是每个伪造样本的一支箭头；"
        "伪造者据此调整自己的[权重](network)，让伪造样本往那边移。它学的是二手知识，所以需要一个值得听的鉴别者。",
    ),
    "round_act": (
        "Go through the ten stages by hand. Who learns, who waits, and what is on the table?",
        "自己走完十个阶段。谁在学，谁在等，桌上有什么？",
    ),
    "round_free": (
        "A round of your own, at any moment of a run.",
        "在训练的任何时刻，看你自己的一轮。",
    ),
    # 5
    "losses_title": ("Why the losses do not fall to zero", "损失为什么不降到零"),
    "losses_lead": (
        "Each network has a [loss](loss): the critic’s is high when it judges wrongly, the forger’s when its fakes are "
        "not believed. Elsewhere in machine learning a loss that falls to zero means success. Here two losses pull at "
        "one rope.",
        "每个网络都有[损失](loss)：鉴别者判错，它的损失就高；伪造样本没人信，伪造者的损失就高。在别的机器学习里，损失降到零就是成功。这里两个损失拉的是同一根绳子。",
    ),
    "losses_question": (
        "In this run the forger will get better and better, until it makes all eight blobs. What will the two losses "
        "do?",
        "这次训练里伪造者会越来越好，直到造出全部八团。两个损失会怎样？",
    ),
    "losses_answer_0": ("Both fall to zero", "都降到零"),
    "losses_answer_1": ("One falls, the other rises for ever", "一个一直降，一个一直升"),
    "losses_answer_2": ("Both settle at a level, and stay", "都停在某个值，不再变"),
    "losses_verdict_0": (
        "Both cannot win at once: a critic without loss would see through every fake.",
        "不可能双赢：损失为零的鉴别者能看穿每个伪造样本。",
    ),
    "losses_verdict_1": (
        "Only where one side wins for good. Here both end close to 0.69, the dotted line.",
        "只有一方彻底赢了才会这样。这里双方都停在 0.69（点线）附近。",
    ),
    "losses_verdict_2": (
        "Both end close to 0.69, the dotted line, while the fakes get better all the time.",
        "都停在 0.69（点线）附近，而伪造样本一直在变好。",
    ),
    "losses_why": (
        "When fakes are like real points, the critic can only guess, so it says [½](half) to both: see the second "
        "chart. To be sure and right costs 0; a guess between two costs −ln ½ = 0.69. So a steady loss is not a "
        "standstill, and when even a trained critic says ½, the forger has arrived.",
        "伪造样本像真的时，鉴别者只能猜，于是对两者都说 [½](half)：看第二张图。有把握又判对，"
        "代价是 0；二选一地猜，代价是 −ln ½ = 0.69。所以损失平稳不等于停步；连训练有素的鉴别者也只能说 ½，"
        "伪造者才算到了目的地。",
    ),
    "losses_act": (
        "Now hold the forger still at step 300 and let the critic go on alone. What does its loss do?",
        "现在让伪造者停在第 300 步，鉴别者独自继续。它的损失会怎样？",
    ),
    "losses_clip_0": ("Hold the forger still", "让伪造者停住"),
    "losses_act_done": (
        "It falls, for nobody answers back. A loss here says who is ahead, not how good the fakes are.",
        "它下降了，因为没有人还手。这里的损失说的是谁领先，不是伪造得多好。",
    ),
    "losses_free": (
        "Other rules of the losses end on other lines. Is a lower loss a better forger? Look at the plane.",
        "换一种损失规则，终点线就不同。损失更低，伪造者就更好吗？看平面。",
    ),
    # 6
    "collapse_title": ("Three blobs, sharp eyes", "三团点，锐利的眼光"),
    "collapse_lead": (
        "The real points now form three blobs: three [modes](mode). The critic has sharp eyes: its field may change "
        "within a hair’s breadth. The forger begins on one spot, as always.",
        "真实的点现在是三团：三个[模式](mode)。鉴别者眼光锐利：它的场可以在毫厘之间变化。伪造者照例从一处开始。",
    ),
    "collapse_question": ("Where will the fakes be after 600 steps?", "600 步之后，伪造样本会在哪里？"),
    "collapse_answer_0": ("All in one blob", "全在一团里"),
    "collapse_answer_1": ("In all three blobs, evenly", "均匀地在三团里"),
    "collapse_answer_2": ("Between the blobs", "在团与团之间"),
    "collapse_verdict_0": (
        "Each fake lies well inside a blob, and two of the three blobs get none. A number beside a ▲, such as ×60, "
        "counts the fakes on that one spot.",
        "每个伪造样本都好好落在团里，而三团中有两团一个也没有。▲ 旁边的数（如 ×60）是挤在那一处的伪造样本数。",
    ),
    "collapse_verdict_1": (
        "One would hope so. But nothing in the forger’s loss asks for three.",
        "但愿如此。可是伪造者的损失里没有一项要求三团都有。",
    ),
    "collapse_verdict_2": (
        "The critic would see through them there at once. They found a better place: one blob, all of them.",
        "在那里会立刻被看穿。它们找到了更好的去处：全在一团里。",
    ),
    "collapse_why": (
        "The critic judges one fake at a time, and no single fake is wrong: each could be real. Nobody asks for "
        "all three: the crowd only makes the critic doubt that one spot, and doubt alone shows no way out. This is "
        "[mode collapse](collapse). The empty blobs are green: a fake there would be believed, but between lies "
        "orange, and no small step leads across.",
        "鉴别者一次只看一个伪造样本，而单看哪个都没错：每个都可能是真的。没有谁要求三团都有：挤在一处，"
        "只会让鉴别者对那一处多些怀疑，而怀疑并不指出去路。这就是[模式崩溃](collapse)。空着的两团是绿的：那里的伪造样本会被相信，但中间隔着橙色，"
        "没有一小步能跨过去。",
    ),
    "collapse_act": (
        "Drag the bar back. At which step did the last fakes leave the other blobs? And would the losses have told "
        "you?",
        "把进度条往回拖。最后一批伪造样本是在第几步离开别的团的？损失曲线看得出来吗？",
    ),
    "collapse_act_done": (
        "The last ones leave between steps 300 and 350. The losses only grow calm, as in a good run, but the second "
        "chart stays away from ½. Count the modes.",
        "最后一批在第 300 到 350 步之间离开。损失只是变得平静，和好的训练一样；可第二张图始终没到 ½。要数模式。",
    ),
    "collapse_free": (
        "Another start, another fate: some lose two blobs, some one, some none. No start is safe.",
        "起点不同，命运不同：有的丢两团，有的丢一团，有的不丢。哪个起点都靠不住。",
    ),
    # 7
    "cure_title": ("The same start, with one change", "同样的起点，只改一处"),
    "cure_lead": (
        "A sharp critic makes a field of cliffs: flat, then a wall. Now one thing changes. The critic gets a "
        "[brake](brake): it pays for steep slopes, on top of its loss. Data, networks and start stay as they were.",
        "锐利的鉴别者让场变成悬崖：一片平地，接着一堵墙。现在只改一处：给鉴别者加[刹车](brake)，"
        "除了损失，它还要为陡坡付出代价。数据、网络和起点都不变。",
    ),
    "cure_question": (
        "The same start once more, now with the brake. Where will the fakes be after 600 steps?",
        "同样的起点再来一次，这回有刹车。600 步之后，伪造样本会在哪里？",
    ),
    "cure_answer_0": ("All in one blob again", "又全在一团里"),
    "cure_answer_1": ("In all three blobs", "三团里都有"),
    "cure_answer_2": ("Where they began: a braked critic teaches nothing", "还在原处：刹住的鉴别者教不了什么"),
    "cure_verdict_0": (
        "The brake is a small change of the rules, but it takes the cliffs away that herded them together.",
        "刹车只是小小的改动，却拆掉了把它们赶到一起的悬崖。",
    ),
    "cure_verdict_1": ("With one change of the rules.", "只改了一条规则。"),
    "cure_verdict_2": (
        "A brake is no wall: the critic still learns, only with gentler slopes, and those teach better.",
        "刹车不是墙：鉴别者照样学，只是坡缓了，而缓坡教得更好。",
    ),
    "cure_why": (
        "A gentle slope reaches far. Wherever a fake is, some blob pulls at it, and fakes that start side by side "
        "may go "
        "different ways. Where too many gather, the field sinks a little, and others leave in time. At the end the "
        "critic says about ½ in all three blobs.",
        "缓坡够得远。伪造样本无论在哪里，总有一团在拉它；并肩出发的也可以各走各的路。聚得太多的地方，"
        "场会下沉一点，另一些便及时离开。到最后，鉴别者在三团里都说大约 ½。",
    ),
    "cure_act": (
        "Switch the brake off and on at the same step, and drag the bar. Compare the slopes of the two fields.",
        "在同一步上关、开刹车，并拖动进度条。比较两个场的坡度。",
    ),
    "cure_free": (
        "Find a start that collapses, then turn the brake on.",
        "找一个会发生模式崩溃的起点，然后打开刹车。",
    ),
    # 8
    "pictures_title": ("From points to pictures", "从点到图片"),
    "pictures_lead": (
        "A picture of 8 × 8 grey dots is 64 numbers: one point in a space of 64 [dimensions](dimension). Nobody can "
        "draw that space, but the game can be played in it.",
        "8 × 8 个灰点的图就是 64 个数：64 [维](dimension)空间里的一个点。没人画得出这个空间，但博弈照样能玩。",
    ),
    "pictures_question": (
        "To make handwritten digits, what must change in the game?",
        "要造出手写数字，博弈里必须改变什么？",
    ),
    "pictures_answer_0": ("The forger must see real digits", "伪造者必须看真的数字"),
    "pictures_answer_1": ("The critic must know what a 3 is", "鉴别者必须知道什么是 3"),
    "pictures_answer_2": ("Only the real samples and the size of the networks", "只有真实样本和网络的大小"),
    "pictures_verdict_0": (
        "It still hears the critic alone, now by an arrow of 64 numbers for each picture.",
        "它仍然只听鉴别者的，现在每张图一支由 64 个数组成的箭头。",
    ),
    "pictures_verdict_1": (
        "Nobody tells it. It only learns what real pictures have that fakes have not.",
        "没有人告诉它。它只学真图有而假图没有的东西。",
    ),
    "pictures_verdict_2": (
        "z, critic, rounds, losses, brake: all is as before.",
        "z、鉴别者、轮、损失、刹车：一切照旧。",
    ),
    "pictures_why": (
        "After 400 steps another network, trained to read digits, finds nine kinds among the fakes, after 900 all "
        "ten. Each kind is a mode, z is a list of numbers as before, and many small steps of z turn one digit slowly "
        "into another.",
        "400 步之后，另一个学过认数字的网络在伪造样本里认出九种数字，900 步之后十种都有。每种是一个模式，z 仍是一串数，"
        "z 一小步一小步地走，一个数字就慢慢变成另一个。",
    ),
    "pictures_act": (
        "Drag the bar. At which step do you read the first digit?",
        "拖动进度条。你在第几步认出第一个数字？",
    ),
    "pictures_free": (
        "Train it, stop when you like it, and open in Explore the very forger that you have trained.",
        "训练它，满意时停下，然后在“探索”里打开你刚训练的这个伪造者。",
    ),
}
