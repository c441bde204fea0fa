;; The arithmetic of the browser's engine: one product of matrices, one of a matrix and a vector, what a convolution
;; does beside its product, and gradients through what follows one.
;; All numbers are float32, all places and steps are in bytes. A matrix of weights lies packed: of each four rows a
;; column after the other.
;; Every (f32x4.add (f32x4.mul a b) c) whose c is a local may become one instruction: products.js says how.
(module
  (memory (import "engine" "memory") 1)

  ;; C [m, columns] = A [m, k] B, each row times its scale, moved by its bias and bent: 4 rows and 8 columns at a time.
  ;; B's columns come in fours of neighbours, n of them: `spots` says of each where it begins behind `b`, and where its
  ;; results go behind `c`, `step` bytes apart. `taps` [k] says where their values lie behind that. So a convolution's
  ;; columns lie where its input lies. C's rows are `plane` bytes apart. The 8 columns are first laid together at
  ;; `panel`, behind which there is room for 4 rows of their results.
  (func (export "product")
    (param $a i32) (param $b i32) (param $taps i32) (param $spots i32) (param $c i32) (param $scales i32)
    (param $biases i32) (param $panel i32) (param $plane i32) (param $step i32) (param $m i32) (param $k i32)
    (param $n i32) (param $slope f32)
    (local $weights i32) (local $last i32) (local $end i32) (local $at i32) (local $tap i32) (local $next i32)
    (local $from0 i32) (local $from1 i32) (local $to0 i32) (local $to1 i32) (local $row i32) (local $rest i32)
    (local $left v128) (local $right v128) (local $value v128) (local $bias v128)
    (local $l0 v128) (local $r0 v128) (local $l1 v128) (local $r1 v128) (local $l2 v128) (local $r2 v128)
    (local $l3 v128) (local $r3 v128)
    (local.set $weights (local.get $a))
    (local.set $last (i32.add (local.get $taps) (i32.shl (local.get $k) (i32.const 2))))
    (local.set $end (i32.add (local.get $panel) (i32.shl (local.get $k) (i32.const 5))))
    (loop $columns
      ;; an odd one out is done twice
      (local.set $next (i32.add (local.get $spots) (i32.shl (i32.gt_s (local.get $n) (i32.const 1)) (i32.const 3))))
      (local.set $from0 (i32.add (local.get $b) (i32.load (local.get $spots))))
      (local.set $from1 (i32.add (local.get $b) (i32.load (local.get $next))))
      (local.set $to0 (i32.add (local.get $c) (i32.load offset=4 (local.get $spots))))
      (local.set $to1 (i32.add (local.get $c) (i32.load offset=4 (local.get $next))))
      (local.set $at (local.get $panel))
      (local.set $tap (local.get $taps))
      (loop $copy
        (local.set $row (i32.load (local.get $tap)))
        (v128.store (local.get $at) (v128.load align=4 (i32.add (local.get $from0) (local.get $row))))
        (v128.store offset=16 (local.get $at) (v128.load align=4 (i32.add (local.get $from1) (local.get $row))))
        (local.set $at (i32.add (local.get $at) (i32.const 32)))
        (br_if $copy (i32.lt_u
          (local.tee $tap (i32.add (local.get $tap) (i32.const 4))) (local.get $last))))
      (local.set $a (local.get $weights))
      (local.set $row (i32.const 0))
      (local.set $rest (local.get $m))
      (loop $rows
        (local.set $l0 (local.tee $r0 (v128.const i32x4 0 0 0 0)))
        (local.set $l1 (local.tee $r1 (v128.const i32x4 0 0 0 0)))
        (local.set $l2 (local.tee $r2 (v128.const i32x4 0 0 0 0)))
        (local.set $l3 (local.tee $r3 (v128.const i32x4 0 0 0 0)))
        (local.set $at (local.get $panel))
        (loop $depth
          (local.set $left (v128.load (local.get $at)))
          (local.set $right (v128.load offset=16 (local.get $at)))
          (local.set $value (v128.load32_splat (local.get $a)))
          (local.set $l0 (f32x4.add (f32x4.mul (local.get $value) (local.get $left)) (local.get $l0)))
          (local.set $r0 (f32x4.add (f32x4.mul (local.get $value) (local.get $right)) (local.get $r0)))
          (local.set $value (v128.load32_splat offset=4 (local.get $a)))
          (local.set $l1 (f32x4.add (f32x4.mul (local.get $value) (local.get $left)) (local.get $l1)))
          (local.set $r1 (f32x4.add (f32x4.mul (local.get $value) (local.get $right)) (local.get $r1)))
          (local.set $value (v128.load32_splat offset=8 (local.get $a)))
          (local.set $l2 (f32x4.add (f32x4.mul (local.get $value) (local.get $left)) (local.get $l2)))
          (local.set $r2 (f32x4.add (f32x4.mul (local.get $value) (local.get $right)) (local.get $r2)))
          (local.set $value (v128.load32_splat offset=12 (local.get $a)))
          (local.set $l3 (f32x4.add (f32x4.mul (local.get $value) (local.get $left)) (local.get $l3)))
          (local.set $r3 (f32x4.add (f32x4.mul (local.get $value) (local.get $right)) (local.get $r3)))
          (local.set $a (i32.add (local.get $a) (i32.const 16)))
          (br_if $depth (i32.lt_u
            (local.tee $at (i32.add (local.get $at) (i32.const 32))) (local.get $end))))
        (v128.store (local.get $end) (local.get $l0))
        (v128.store offset=16 (local.get $end) (local.get $r0))
        (v128.store offset=32 (local.get $end) (local.get $l1))
        (v128.store offset=48 (local.get $end) (local.get $r1))
        (v128.store offset=64 (local.get $end) (local.get $l2))
        (v128.store offset=80 (local.get $end) (local.get $r2))
        (v128.store offset=96 (local.get $end) (local.get $l3))
        (v128.store offset=112 (local.get $end) (local.get $r3))
        (local.set $tap (i32.add (local.get $end) (i32.const 128)))
        (local.set $next (local.get $end))
        (loop $results
          (local.set $value (v128.load32_splat (i32.add (local.get $scales) (local.get $row))))
          (local.set $bias (v128.load32_splat (i32.add (local.get $biases) (local.get $row))))
          (local.set $left
            (f32x4.add (f32x4.mul (local.get $value) (v128.load (local.get $next))) (local.get $bias)))
          (local.set $right
            (f32x4.add (f32x4.mul (local.get $value) (v128.load offset=16 (local.get $next))) (local.get $bias)))
          (local.set $value (f32x4.splat (local.get $slope)))
          (local.set $left (f32x4.max (local.get $left) (f32x4.mul (local.get $left) (local.get $value))))
          (local.set $right (f32x4.max (local.get $right) (f32x4.mul (local.get $right) (local.get $value))))
          (if (i32.eq (local.get $step) (i32.const 4)) (then
            (v128.store align=4 (local.get $to0) (local.get $left))
            (v128.store align=4 (local.get $to1) (local.get $right)))
          (else
            (local.set $at (local.get $to0))
            (v128.store32_lane 0 (local.get $at) (local.get $left))
            (v128.store32_lane 1 (local.tee $at (i32.add (local.get $at) (local.get $step))) (local.get $left))
            (v128.store32_lane 2 (local.tee $at (i32.add (local.get $at) (local.get $step))) (local.get $left))
            (v128.store32_lane 3 (i32.add (local.get $at) (local.get $step)) (local.get $left))
            (local.set $at (local.get $to1))
            (v128.store32_lane 0 (local.get $at) (local.get $right))
            (v128.store32_lane 1 (local.tee $at (i32.add (local.get $at) (local.get $step))) (local.get $right))
            (v128.store32_lane 2 (local.tee $at (i32.add (local.get $at) (local.get $step))) (local.get $right))
            (v128.store32_lane 3 (i32.add (local.get $at) (local.get $step)) (local.get $right))))
          (local.set $to0 (i32.add (local.get $to0) (local.get $plane)))
          (local.set $to1 (i32.add (local.get $to1) (local.get $plane)))
          (local.set $row (i32.add (local.get $row) (i32.const 4)))
          (br_if $results (i32.and
            (i32.gt_s (local.tee $rest (i32.sub (local.get $rest) (i32.const 1))) (i32.const 0))
            (i32.lt_u (local.tee $next (i32.add (local.get $next) (i32.const 32))) (local.get $tap)))))
        (br_if $rows (i32.gt_s (local.get $rest) (i32.const 0))))
      (local.set $spots (i32.add (local.get $spots) (i32.const 16)))
      (br_if $columns (i32.gt_s (local.tee $n (i32.sub (local.get $n) (i32.const 2))) (i32.const 0)))))

  ;; y [m] = A [m, k] x [k] + bias [m], bent; 8 rows at a time.
  (func (export "dots")
    (param $a i32) (param $x i32) (param $y i32) (param $bias i32) (param $m i32) (param $k i32) (param $slope f32)
    (local $at i32) (local $end i32) (local $four i32) (local $next i32) (local $value v128)
    (local $s0 v128) (local $s1 v128) (local $s2 v128) (local $s3 v128)
    (local $t0 v128) (local $t1 v128) (local $t2 v128) (local $t3 v128)
    (local.set $end (i32.add (local.get $x) (i32.shl (local.get $k) (i32.const 2))))
    (local.set $four (i32.sub (local.get $end) (i32.const 16)))
    (loop $rows
      (local.set $next (select (i32.add (local.get $a) (i32.shl (local.get $k) (i32.const 4))) (local.get $a)
        (i32.gt_s (local.get $m) (i32.const 4))))
      (local.set $s0 (v128.load align=4 (local.get $bias)))
      (local.set $t0 (v128.load offset=16 align=4 (local.get $bias)))
      (local.set $s1 (local.tee $s2 (local.tee $s3 (v128.const i32x4 0 0 0 0))))
      (local.set $t1 (local.tee $t2 (local.tee $t3 (local.get $s1))))
      (local.set $at (local.get $x))
      (if (i32.le_u (local.get $at) (local.get $four)) (then
        (loop $fours
          (local.set $value (v128.load32_splat (local.get $at)))
          (local.set $s0 (f32x4.add
            (f32x4.mul (local.get $value) (v128.load align=4 (local.get $a))) (local.get $s0)))
          (local.set $t0 (f32x4.add
            (f32x4.mul (local.get $value) (v128.load align=4 (local.get $next))) (local.get $t0)))
          (local.set $value (v128.load32_splat offset=4 (local.get $at)))
          (local.set $s1 (f32x4.add
            (f32x4.mul (local.get $value) (v128.load offset=16 align=4 (local.get $a))) (local.get $s1)))
          (local.set $t1 (f32x4.add
            (f32x4.mul (local.get $value) (v128.load offset=16 align=4 (local.get $next))) (local.get $t1)))
          (local.set $value (v128.load32_splat offset=8 (local.get $at)))
          (local.set $s2 (f32x4.add
            (f32x4.mul (local.get $value) (v128.load offset=32 align=4 (local.get $a))) (local.get $s2)))
          (local.set $t2 (f32x4.add
            (f32x4.mul (local.get $value) (v128.load offset=32 align=4 (local.get $next))) (local.get $t2)))
          (local.set $value (v128.load32_splat offset=12 (local.get $at)))
          (local.set $s3 (f32x4.add
            (f32x4.mul (local.get $value) (v128.load offset=48 align=4 (local.get $a))) (local.get $s3)))
          (local.set $t3 (f32x4.add
            (f32x4.mul (local.get $value) (v128.load offset=48 align=4 (local.get $next))) (local.get $t3)))
          (local.set $a (i32.add (local.get $a) (i32.const 64)))
          (local.set $next (i32.add (local.get $next) (i32.const 64)))
          (br_if $fours (i32.le_u
            (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $four))))))
      (if (i32.lt_u (local.get $at) (local.get $end)) (then
        (loop $others
          (local.set $value (v128.load32_splat (local.get $at)))
          (local.set $s0 (f32x4.add
            (f32x4.mul (local.get $value) (v128.load align=4 (local.get $a))) (local.get $s0)))
          (local.set $t0 (f32x4.add
            (f32x4.mul (local.get $value) (v128.load align=4 (local.get $next))) (local.get $t0)))
          (local.set $a (i32.add (local.get $a) (i32.const 16)))
          (local.set $next (i32.add (local.get $next) (i32.const 16)))
          (br_if $others (i32.lt_u
            (local.tee $at (i32.add (local.get $at) (i32.const 4))) (local.get $end))))))
      (local.set $a (local.get $next))
      (local.set $value (f32x4.splat (local.get $slope)))
      (local.set $s0 (f32x4.add
        (f32x4.add (local.get $s0) (local.get $s1)) (f32x4.add (local.get $s2) (local.get $s3))))
      (local.set $s0 (f32x4.max (local.get $s0) (f32x4.mul (local.get $s0) (local.get $value))))
      (local.set $t0 (f32x4.add
        (f32x4.add (local.get $t0) (local.get $t1)) (f32x4.add (local.get $t2) (local.get $t3))))
      (local.set $t0 (f32x4.max (local.get $t0) (f32x4.mul (local.get $t0) (local.get $value))))
      (if (i32.ge_s (local.get $m) (i32.const 8))
        (then
          (v128.store align=4 (local.get $y) (local.get $s0))
          (v128.store offset=16 align=4 (local.get $y) (local.get $t0)))
        (else
          (loop $few
            (f32.store (local.get $y) (f32x4.extract_lane 0 (local.get $s0)))
            (local.set $s0 (i8x16.shuffle 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 (local.get $s0) (local.get $t0)))
            (local.set $t0 (i8x16.shuffle 4 5 6 7 8 9 10 11 12 13 14 15 0 1 2 3 (local.get $t0) (local.get $t0)))
            (local.set $y (i32.add (local.get $y) (i32.const 4)))
            (br_if $few (local.tee $m (i32.sub (local.get $m) (i32.const 1)))))))
      (local.set $y (i32.add (local.get $y) (i32.const 32)))
      (local.set $bias (i32.add (local.get $bias) (i32.const 32)))
      (br_if $rows (i32.gt_s (local.tee $m (i32.sub (local.get $m) (i32.const 8))) (i32.const 0)))))

  ;; Lines of n numbers, `stride` bytes apart, become lines of numbers that are `step` bytes apart, times the scale of
  ;; their plane.
  (func (export "take")
    (param $from i32) (param $to i32) (param $scales i32) (param $stride i32) (param $step i32) (param $from_line i32)
    (param $to_line i32) (param $from_plane i32) (param $to_plane i32) (param $planes i32) (param $lines i32)
    (param $n i32)
    (local $at i32) (local $value i32) (local $end i32) (local $rest i32) (local $scale v128)
    (loop $each
      (local.set $scale (v128.load32_splat (local.get $scales)))
      (local.set $rest (i32.const 0))
      (loop $next
        (local.set $value (i32.add (local.get $from) (i32.mul (local.get $rest) (local.get $from_line))))
        (local.set $at (i32.add (local.get $to) (i32.mul (local.get $rest) (local.get $to_line))))
        (local.set $end (i32.add (local.get $at) (i32.mul (local.get $n) (local.get $step))))
        (if (i32.and
          (i32.eq (i32.or (local.get $stride) (local.get $step)) (i32.const 4)) (i32.ge_s (local.get $n) (i32.const 4)))
        (then
          (loop $fours
            (v128.store align=4 (local.get $at)
              (f32x4.mul (local.get $scale) (v128.load align=4 (local.get $value))))
            (local.set $value (i32.add (local.get $value) (i32.const 16)))
            (br_if $fours (i32.le_u
              (i32.add (local.tee $at (i32.add (local.get $at) (i32.const 16))) (i32.const 16)) (local.get $end))))))
        (if (i32.lt_u (local.get $at) (local.get $end)) (then
          (loop $others
            (f32.store (local.get $at)
              (f32.mul (f32x4.extract_lane 0 (local.get $scale)) (f32.load (local.get $value))))
            (local.set $value (i32.add (local.get $value) (local.get $stride)))
            (br_if $others (i32.lt_u
              (local.tee $at (i32.add (local.get $at) (local.get $step))) (local.get $end))))))
        (br_if $next (i32.lt_s
          (local.tee $rest (i32.add (local.get $rest) (i32.const 1))) (local.get $lines))))
      (local.set $from (i32.add (local.get $from) (local.get $from_plane)))
      (local.set $to (i32.add (local.get $to) (local.get $to_plane)))
      (local.set $scales (i32.add (local.get $scales) (i32.const 4)))
      (br_if $each (local.tee $planes (i32.sub (local.get $planes) (i32.const 1))))))

  ;; Planes [side + 2, side + 2] become planes [side, side], blurred by [1, 2, 1] / 4 both ways, and bent. Up to 12
  ;; bytes behind the last one are changed too.
  (func (export "blur")
    (param $from i32) (param $to i32) (param $planes i32) (param $side i32) (param $slope f32)
    (local $line i32) (local $two i32) (local $rest i32) (local $at i32) (local $end i32) (local $value v128)
    (local $next v128)
    (local.set $line (i32.shl (i32.add (local.get $side) (i32.const 2)) (i32.const 2)))
    (local.set $two (i32.shl (local.get $line) (i32.const 1)))
    (loop $each
      (local.set $rest (local.get $side))
      (loop $lines
        (local.set $at (local.get $from))
        (local.set $end (i32.add (local.get $to) (i32.shl (local.get $side) (i32.const 2))))
        (local.set $value (f32x4.add
          (f32x4.add (v128.load align=4 (local.get $at)) (v128.load align=4 (i32.add (local.get $at) (local.get $two))))
          (f32x4.mul (v128.const f32x4 2 2 2 2) (v128.load align=4 (i32.add (local.get $at) (local.get $line))))))
        (loop $fours
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (local.set $next (f32x4.add
            (f32x4.add
              (v128.load align=4 (local.get $at)) (v128.load align=4 (i32.add (local.get $at) (local.get $two))))
            (f32x4.mul (v128.const f32x4 2 2 2 2) (v128.load align=4 (i32.add (local.get $at) (local.get $line))))))
          (local.set $value (f32x4.mul (v128.const f32x4 0.0625 0.0625 0.0625 0.0625) (f32x4.add
            (f32x4.add (local.get $value)
              (i8x16.shuffle 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 (local.get $value) (local.get $next)))
            (f32x4.mul (v128.const f32x4 2 2 2 2)
              (i8x16.shuffle 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 (local.get $value) (local.get $next))))))
          (v128.store align=4 (local.get $to)
            (f32x4.max (local.get $value) (f32x4.mul (local.get $value) (f32x4.splat (local.get $slope)))))
          (local.set $value (local.get $next))
          (br_if $fours (i32.lt_u (local.tee $to (i32.add (local.get $to) (i32.const 16))) (local.get $end))))
        (local.set $to (local.get $end))
        (local.set $from (i32.add (local.get $from) (local.get $line)))
        (br_if $lines (local.tee $rest (i32.sub (local.get $rest) (i32.const 1)))))
      (local.set $from (i32.add (local.get $from) (local.get $two)))
      (br_if $each (local.tee $planes (i32.sub (local.get $planes) (i32.const 1))))))

  ;; x [n] becomes its hyperbolic tangent, 4 at a time: up to 12 bytes after the last one are changed too. The quotient
  ;; of polynomials is Eigen's, good to some units of the last place.
  (func (export "tanh") (param $x i32) (param $n i32)
    (local $end i32) (local $value v128) (local $square v128) (local $above v128) (local $below v128)
    (local.set $end (i32.add (local.get $x) (i32.shl (local.get $n) (i32.const 2))))
    (loop $next
      (local.set $value (f32x4.max (f32x4.splat (f32.const -7.9053111))
        (f32x4.min (f32x4.splat (f32.const 7.9053111)) (v128.load align=4 (local.get $x)))))
      (local.set $square (f32x4.mul (local.get $value) (local.get $value)))
      (local.set $above (f32x4.splat (f32.const -2.76076847742355e-16)))
      (local.set $above
        (f32x4.add (f32x4.mul (local.get $above) (local.get $square)) (f32x4.splat (f32.const 2.00018790482477e-13))))
      (local.set $above
        (f32x4.add (f32x4.mul (local.get $above) (local.get $square)) (f32x4.splat (f32.const -8.60467152213735e-11))))
      (local.set $above
        (f32x4.add (f32x4.mul (local.get $above) (local.get $square)) (f32x4.splat (f32.const 5.12229709037114e-08))))
      (local.set $above
        (f32x4.add (f32x4.mul (local.get $above) (local.get $square)) (f32x4.splat (f32.const 1.48572235717979e-05))))
      (local.set $above
        (f32x4.add (f32x4.mul (local.get $above) (local.get $square)) (f32x4.splat (f32.const 0.000637261928875436))))
      (local.set $above
        (f32x4.add (f32x4.mul (local.get $above) (local.get $square)) (f32x4.splat (f32.const 0.00489352455891786))))
      (local.set $below (f32x4.splat (f32.const 1.19825839466702e-06)))
      (local.set $below
        (f32x4.add (f32x4.mul (local.get $below) (local.get $square)) (f32x4.splat (f32.const 0.000118534705686654))))
      (local.set $below
        (f32x4.add (f32x4.mul (local.get $below) (local.get $square)) (f32x4.splat (f32.const 0.002268434632439))))
      (local.set $below
        (f32x4.add (f32x4.mul (local.get $below) (local.get $square)) (f32x4.splat (f32.const 0.00489352518554385))))
      (v128.store align=4 (local.get $x)
        (f32x4.div (f32x4.mul (local.get $value) (local.get $above)) (local.get $below)))
      (br_if $next (i32.lt_u (local.tee $x (i32.add (local.get $x) (i32.const 16))) (local.get $end)))))

  ;; n gradients by what an activation made of a channel, which lies at `made`: each is multiplied by `below` where that
  ;; is not above 0, and then by `scale`. At `sums` lie then the sum of gradient times made, and that of the gradients
  ;; after `below`.
  (func (export "bend")
    (param $gradient i32) (param $made i32) (param $sums i32) (param $n i32) (param $below f32) (param $scale f32)
    (local $end i32) (local $four i32) (local $along f32) (local $sum f32) (local $outer f32) (local $inner f32)
    (local $alongs v128) (local $all v128) (local $o v128) (local $g v128) (local $belows v128) (local $scales v128)
    (local.set $belows (f32x4.splat (local.get $below)))
    (local.set $scales (f32x4.splat (local.get $scale)))
    (local.set $end (i32.add (local.get $gradient) (i32.shl (local.get $n) (i32.const 2))))
    (local.set $four (i32.sub (local.get $end) (i32.const 16)))
    (if (i32.le_u (local.get $gradient) (local.get $four)) (then
      (loop $fours
        (local.set $g (v128.load align=4 (local.get $gradient)))
        (local.set $o (v128.load align=4 (local.get $made)))
        (local.set $alongs (f32x4.add (local.get $alongs) (f32x4.mul (local.get $g) (local.get $o))))
        (local.set $g (v128.bitselect (local.get $g) (f32x4.mul (local.get $g) (local.get $belows))
          (f32x4.gt (local.get $o) (v128.const f32x4 0 0 0 0))))
        (local.set $all (f32x4.add (local.get $all) (local.get $g)))
        (v128.store align=4 (local.get $gradient) (f32x4.mul (local.get $g) (local.get $scales)))
        (local.set $made (i32.add (local.get $made) (i32.const 16)))
        (br_if $fours
          (i32.le_u (local.tee $gradient (i32.add (local.get $gradient) (i32.const 16))) (local.get $four))))))
    (local.set $along (call $sum (local.get $alongs)))
    (local.set $sum (call $sum (local.get $all)))
    (if (i32.lt_u (local.get $gradient) (local.get $end)) (then
      (loop $others
        (local.set $outer (f32.load (local.get $gradient)))
        (local.set $along
          (f32.add (local.get $along) (f32.mul (local.get $outer) (f32.load (local.get $made)))))
        (local.set $inner (f32.mul (local.get $outer)
          (select (f32.const 1) (local.get $below) (f32.gt (f32.load (local.get $made)) (f32.const 0)))))
        (local.set $sum (f32.add (local.get $sum) (local.get $inner)))
        (f32.store (local.get $gradient) (f32.mul (local.get $inner) (local.get $scale)))
        (local.set $made (i32.add (local.get $made) (i32.const 4)))
        (br_if $others
          (i32.lt_u (local.tee $gradient (i32.add (local.get $gradient) (i32.const 4))) (local.get $end))))))
    (f32.store (local.get $sums) (local.get $along))
    (f32.store offset=4 (local.get $sums) (local.get $sum)))

  ;; n gradients are multiplied by `style`; the sum of what they were times n values at `given`.
  (func (export "weigh")
    (param $gradient i32) (param $given i32) (param $n i32) (param $style f32) (result f32)
    (local $end i32) (local $four i32) (local $total f32) (local $all v128) (local $g v128) (local $styles v128)
    (local.set $styles (f32x4.splat (local.get $style)))
    (local.set $end (i32.add (local.get $gradient) (i32.shl (local.get $n) (i32.const 2))))
    (local.set $four (i32.sub (local.get $end) (i32.const 16)))
    (if (i32.le_u (local.get $gradient) (local.get $four)) (then
      (loop $fours
        (local.set $g (v128.load align=4 (local.get $gradient)))
        (local.set $all
          (f32x4.add (local.get $all) (f32x4.mul (local.get $g) (v128.load align=4 (local.get $given)))))
        (v128.store align=4 (local.get $gradient) (f32x4.mul (local.get $g) (local.get $styles)))
        (local.set $given (i32.add (local.get $given) (i32.const 16)))
        (br_if $fours
          (i32.le_u (local.tee $gradient (i32.add (local.get $gradient) (i32.const 16))) (local.get $four))))))
    (local.set $total (call $sum (local.get $all)))
    (if (i32.lt_u (local.get $gradient) (local.get $end)) (then
      (loop $others
        (local.set $total (f32.add (local.get $total)
          (f32.mul (f32.load (local.get $gradient)) (f32.load (local.get $given)))))
        (f32.store (local.get $gradient) (f32.mul (f32.load (local.get $gradient)) (local.get $style)))
        (local.set $given (i32.add (local.get $given) (i32.const 4)))
        (br_if $others
          (i32.lt_u (local.tee $gradient (i32.add (local.get $gradient) (i32.const 4))) (local.get $end))))))
    (local.get $total))

  (func $sum (param $v v128) (result f32)
    (f32.add
      (f32.add (f32x4.extract_lane 0 (local.get $v)) (f32x4.extract_lane 1 (local.get $v)))
      (f32.add (f32x4.extract_lane 2 (local.get $v)) (f32x4.extract_lane 3 (local.get $v))))))
