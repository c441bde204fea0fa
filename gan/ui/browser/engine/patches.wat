;; What the way back through a network does beside its products: numbers taken apart into patches and put together from
;; them, and gradients through what follows a product. All numbers are float32, all places are in bytes.
(module
  (memory (import "engine" "memory") 1)

  ;; What the place of a kernel at (y, x) sees of a plane [side, side]: a plane [high, wide] of every `stride`th of its
  ;; values, 0 beyond its edges. Of a line the values from `first` to `end` - 1 lie within; up to 12 bytes after the last
  ;; line are changed too.
  (func (export "take")
    (param $from i32) (param $to i32) (param $side i32) (param $high i32) (param $wide i32)
    (param $stride i32) (param $y i32) (param $x i32) (param $first i32) (param $end i32)
    (local $at i32) (local $value i32) (local $last i32) (local $next i32) (local $step i32)
    (local.set $first (i32.shl (local.get $first) (i32.const 2)))
    (local.set $end (i32.shl (local.get $end) (i32.const 2)))
    (local.set $step (i32.shl (local.get $stride) (i32.const 2)))
    (local.set $from (i32.add (local.get $from) (i32.add
      (i32.shl (local.get $x) (i32.const 2)) (i32.mul (local.get $first) (local.get $stride)))))
    (loop $lines
      (local.set $at (local.get $to))
      (local.set $next (i32.add (local.get $to) (i32.shl (local.get $wide) (i32.const 2))))
      (if (i32.lt_u (local.get $y) (local.get $side)) (then
        (local.set $value
          (i32.add (local.get $from) (i32.shl (i32.mul (local.get $y) (local.get $side)) (i32.const 2))))
        (local.set $last (i32.add (local.get $to) (local.get $first)))
        (call $clear (local.get $to) (local.get $last))
        (local.set $at (local.get $last))
        (local.set $last (i32.add (local.get $to) (local.get $end)))
        (block $done
          (br_if $done (i32.ge_u (local.get $at) (local.get $last)))
          (if (i32.eq (local.get $stride) (i32.const 1)) (then
            (loop $ones
              (v128.store align=4 (local.get $at) (v128.load align=4 (local.get $value)))
              (local.set $value (i32.add (local.get $value) (i32.const 16)))
              (br_if $ones
                (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $last))))
            (br $done)))
          (if (i32.eq (local.get $stride) (i32.const 2)) (then
            (loop $twos
              (v128.store align=4 (local.get $at)
                (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27
                  (v128.load align=4 (local.get $value)) (v128.load offset=16 align=4 (local.get $value))))
              (local.set $value (i32.add (local.get $value) (i32.const 32)))
              (br_if $twos
                (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $last))))
            (br $done)))
          (loop $others
            (f32.store (local.get $at) (f32.load (local.get $value)))
            (local.set $value (i32.add (local.get $value) (local.get $step)))
            (br_if $others
              (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4))) (local.get $last)))))
        (local.set $at (local.get $last))))
      (call $clear (local.get $at) (local.get $next))
      (local.set $to (local.get $next))
      (local.set $y (i32.add (local.get $y) (local.get $stride)))
      (br_if $lines (local.tee $high (i32.sub (local.get $high) (i32.const 1))))))

  ;; The other way round: adds `scale` times a plane [side, side] to every `stride`th value of a plane [high, wide], from
  ;; (y, x) on. Of a line the values from `first` to `end` - 1 lie within.
  (func (export "add")
    (param $from i32) (param $to i32) (param $side i32) (param $high i32) (param $wide i32)
    (param $stride i32) (param $y i32) (param $x i32) (param $first i32) (param $end i32) (param $scale f32)
    (local $at i32) (local $value i32) (local $last i32) (local $four i32) (local $rest i32) (local $step i32)
    (local $scales v128) (local $zeros v128) (local $values v128)
    (local.set $scales (f32x4.splat (local.get $scale)))
    (local.set $rest (local.get $side))
    (local.set $step (i32.shl (local.get $stride) (i32.const 2)))
    (local.set $to (i32.add (local.get $to) (i32.shl
      (i32.add (local.get $x) (i32.mul (local.get $first) (local.get $stride))) (i32.const 2))))
    (loop $lines
      (local.set $value (i32.add (local.get $from) (i32.shl (local.get $first) (i32.const 2))))
      (local.set $last (i32.add (local.get $from) (i32.shl (local.get $end) (i32.const 2))))
      (if (i32.and (i32.lt_u (local.get $y) (local.get $high)) (i32.lt_u (local.get $value) (local.get $last))) (then
        (local.set $at
          (i32.add (local.get $to) (i32.shl (i32.mul (local.get $y) (local.get $wide)) (i32.const 2))))
        ;; four values at a time while there are as many
        (local.set $four (i32.sub (local.get $last) (i32.const 16)))
        (if (i32.and (i32.le_u (local.get $value) (local.get $four)) (i32.eq (local.get $stride) (i32.const 1))) (then
          (loop $ones
            (v128.store align=4 (local.get $at) (f32x4.add (v128.load align=4 (local.get $at))
              (f32x4.mul (local.get $scales) (v128.load align=4 (local.get $value)))))
            (local.set $at (i32.add (local.get $at) (i32.const 16)))
            (br_if $ones
              (i32.le_u (local.tee $value (i32.add (local.get $value) (i32.const 16))) (local.get $four))))))
        (if (i32.and (i32.le_u (local.get $value) (local.get $four)) (i32.eq (local.get $stride) (i32.const 2))) (then
          (loop $twos
            (local.set $values (f32x4.mul (local.get $scales) (v128.load align=4 (local.get $value))))
            (v128.store align=4 (local.get $at) (f32x4.add (v128.load align=4 (local.get $at))
              (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $values) (local.get $zeros))))
            (v128.store offset=16 align=4 (local.get $at) (f32x4.add (v128.load offset=16 align=4 (local.get $at))
              (i8x16.shuffle 8 9 10 11 16 17 18 19 12 13 14 15 20 21 22 23 (local.get $values) (local.get $zeros))))
            (local.set $at (i32.add (local.get $at) (i32.const 32)))
            (br_if $twos
              (i32.le_u (local.tee $value (i32.add (local.get $value) (i32.const 16))) (local.get $four))))))
        (if (i32.lt_u (local.get $value) (local.get $last)) (then
          (loop $others
            (f32.store (local.get $at) (f32.add (f32.load (local.get $at))
              (f32.mul (local.get $scale) (f32.load (local.get $value)))))
            (local.set $at (i32.add (local.get $at) (local.get $step)))
            (br_if $others
              (i32.lt_u (local.tee $value (i32.add (local.get $value) (i32.const 4))) (local.get $last))))))))
      (local.set $from (i32.add (local.get $from) (i32.shl (local.get $side) (i32.const 2))))
      (local.set $y (i32.add (local.get $y) (local.get $stride)))
      (br_if $lines (local.tee $rest (i32.sub (local.get $rest) (i32.const 1))))))

  ;; n gradients by what an activation made of a channel, which lies at `made`: each is multiplied by `below` where that
  ;; is not above 0, and then by `scale`. At `sums` lie then the sum of gradient times made, and that of the gradients
  ;; after `below`.
  (func (export "bend")
    (param $gradient i32) (param $made i32) (param $n i32) (param $below f32) (param $scale f32) (param $sums i32)
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

  ;; zeros from a place to another
  (func $clear (param $at i32) (param $end i32)
    (if (i32.lt_u (local.get $at) (local.get $end)) (then
      (loop $next
        (f32.store (local.get $at) (f32.const 0))
        (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4))) (local.get $end)))))))

  (func $sum (param $v v128) (result f32)
    (f32.add
      (f32.add (f32x4.extract_lane 0 (local.get $v)) (f32x4.extract_lane 1 (local.get $v)))
      (f32.add (f32x4.extract_lane 2 (local.get $v)) (f32x4.extract_lane 3 (local.get $v))))))
