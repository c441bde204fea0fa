;; The arithmetic of the browser's engine: one product of matrices, one of a matrix and a vector, one activation.
;; All numbers are float32, all places are in bytes, all matrices lie row by row.
;; Blocks at an edge are moved back inside, so that some values are made twice and none is left out. A product of fewer
;; than 8 columns writes past each row; the next row puts that right, and 32 bytes after the last one must be free.
(module
  (memory (import "engine" "memory") 1)

  ;; C [m, n] = A [m, k] B [k, n] + bias [m], 4 rows and 8 columns at a time. A's rows are `stride` bytes apart.
  ;; The 8 columns of B are first laid together at `panel`: rows of B that are a page apart would push each other
  ;; out of the cache.
  (func (export "product")
    (param $a i32) (param $stride i32) (param $b i32) (param $c i32) (param $bias i32) (param $panel i32)
    (param $m i32) (param $k i32) (param $n i32)
    (local $i i32) (local $j i32) (local $row i32) (local $at i32) (local $rest i32)
    (local $i1 i32) (local $i2 i32) (local $i3 i32)
    (local $a0 i32) (local $a1 i32) (local $a2 i32) (local $a3 i32)
    (local $left v128) (local $right v128) (local $value v128)
    (local $l0 v128) (local $r0 v128) (local $l1 v128) (local $r1 v128) (local $l2 v128) (local $r2 v128) (local $l3 v128) (local $r3 v128)
    (local.set $row (i32.shl (local.get $n) (i32.const 2)))
    (loop $columns
      (if (i32.gt_s (i32.add (local.get $j) (i32.const 8)) (local.get $n)) (then
        (local.set $j (select (i32.sub (local.get $n) (i32.const 8)) (i32.const 0)
          (i32.gt_s (local.get $n) (i32.const 8))))))
      (local.set $a0 (i32.add (local.get $b) (i32.shl (local.get $j) (i32.const 2))))
      (local.set $at (local.get $panel))
      (local.set $rest (local.get $k))
      (loop $copy
        (v128.store (local.get $at) (v128.load align=4 (local.get $a0)))
        (v128.store offset=16 (local.get $at) (v128.load offset=16 align=4 (local.get $a0)))
        (local.set $a0 (i32.add (local.get $a0) (local.get $row)))
        (local.set $at (i32.add (local.get $at) (i32.const 32)))
        (br_if $copy (local.tee $rest (i32.sub (local.get $rest) (i32.const 1)))))
      (local.set $i (i32.const 0))
      (loop $rows
        (local.set $i1 (call $within (i32.add (local.get $i) (i32.const 1)) (local.get $m)))
        (local.set $i2 (call $within (i32.add (local.get $i) (i32.const 2)) (local.get $m)))
        (local.set $i3 (call $within (i32.add (local.get $i) (i32.const 3)) (local.get $m)))
        (local.set $a0 (i32.add (local.get $a) (i32.mul (local.get $i) (local.get $stride))))
        (local.set $a1 (i32.add (local.get $a) (i32.mul (local.get $i1) (local.get $stride))))
        (local.set $a2 (i32.add (local.get $a) (i32.mul (local.get $i2) (local.get $stride))))
        (local.set $a3 (i32.add (local.get $a) (i32.mul (local.get $i3) (local.get $stride))))
        (local.set $l0 (local.tee $r0
          (v128.load32_splat (i32.add (local.get $bias) (i32.shl (local.get $i) (i32.const 2))))))
        (local.set $l1 (local.tee $r1
          (v128.load32_splat (i32.add (local.get $bias) (i32.shl (local.get $i1) (i32.const 2))))))
        (local.set $l2 (local.tee $r2
          (v128.load32_splat (i32.add (local.get $bias) (i32.shl (local.get $i2) (i32.const 2))))))
        (local.set $l3 (local.tee $r3
          (v128.load32_splat (i32.add (local.get $bias) (i32.shl (local.get $i3) (i32.const 2))))))
        (local.set $at (local.get $panel))
        (local.set $rest (local.get $k))
        (loop $depth
          (local.set $left (v128.load (local.get $at)))
          (local.set $right (v128.load offset=16 (local.get $at)))
          (local.set $value (v128.load32_splat (local.get $a0)))
          (local.set $l0 (f32x4.add (local.get $l0) (f32x4.mul (local.get $value) (local.get $left))))
          (local.set $r0 (f32x4.add (local.get $r0) (f32x4.mul (local.get $value) (local.get $right))))
          (local.set $a0 (i32.add (local.get $a0) (i32.const 4)))
          (local.set $value (v128.load32_splat (local.get $a1)))
          (local.set $l1 (f32x4.add (local.get $l1) (f32x4.mul (local.get $value) (local.get $left))))
          (local.set $r1 (f32x4.add (local.get $r1) (f32x4.mul (local.get $value) (local.get $right))))
          (local.set $a1 (i32.add (local.get $a1) (i32.const 4)))
          (local.set $value (v128.load32_splat (local.get $a2)))
          (local.set $l2 (f32x4.add (local.get $l2) (f32x4.mul (local.get $value) (local.get $left))))
          (local.set $r2 (f32x4.add (local.get $r2) (f32x4.mul (local.get $value) (local.get $right))))
          (local.set $a2 (i32.add (local.get $a2) (i32.const 4)))
          (local.set $value (v128.load32_splat (local.get $a3)))
          (local.set $l3 (f32x4.add (local.get $l3) (f32x4.mul (local.get $value) (local.get $left))))
          (local.set $r3 (f32x4.add (local.get $r3) (f32x4.mul (local.get $value) (local.get $right))))
          (local.set $a3 (i32.add (local.get $a3) (i32.const 4)))
          (local.set $at (i32.add (local.get $at) (i32.const 32)))
          (br_if $depth (local.tee $rest (i32.sub (local.get $rest) (i32.const 1)))))
        (local.set $at (i32.add (local.get $c) (i32.shl (local.get $j) (i32.const 2))))
        (local.set $a0 (i32.add (local.get $at) (i32.mul (local.get $i) (local.get $row))))
        (v128.store align=4 (local.get $a0) (local.get $l0))
        (v128.store offset=16 align=4 (local.get $a0) (local.get $r0))
        (local.set $a1 (i32.add (local.get $at) (i32.mul (local.get $i1) (local.get $row))))
        (v128.store align=4 (local.get $a1) (local.get $l1))
        (v128.store offset=16 align=4 (local.get $a1) (local.get $r1))
        (local.set $a2 (i32.add (local.get $at) (i32.mul (local.get $i2) (local.get $row))))
        (v128.store align=4 (local.get $a2) (local.get $l2))
        (v128.store offset=16 align=4 (local.get $a2) (local.get $r2))
        (local.set $a3 (i32.add (local.get $at) (i32.mul (local.get $i3) (local.get $row))))
        (v128.store align=4 (local.get $a3) (local.get $l3))
        (v128.store offset=16 align=4 (local.get $a3) (local.get $r3))
        (br_if $rows (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 4))) (local.get $m))))
      (br_if $columns (i32.lt_s (local.tee $j (i32.add (local.get $j) (i32.const 8))) (local.get $n)))))

  ;; y [m] = A [m, k] x [k] + bias [m], 4 rows at a time; k is a multiple of 4.
  (func (export "dots")
    (param $a i32) (param $x i32) (param $y i32) (param $bias i32) (param $m i32) (param $k i32)
    (local $i i32) (local $at i32) (local $end i32) (local $row i32) (local $value v128)
    (local $i1 i32) (local $i2 i32) (local $i3 i32)
    (local $a0 i32) (local $a1 i32) (local $a2 i32) (local $a3 i32)
    (local $s0 v128) (local $s1 v128) (local $s2 v128) (local $s3 v128)
    (local.set $row (i32.shl (local.get $k) (i32.const 2)))
    (local.set $end (i32.add (local.get $x) (local.get $row)))
    (loop $rows
      (local.set $i1 (call $within (i32.add (local.get $i) (i32.const 1)) (local.get $m)))
      (local.set $i2 (call $within (i32.add (local.get $i) (i32.const 2)) (local.get $m)))
      (local.set $i3 (call $within (i32.add (local.get $i) (i32.const 3)) (local.get $m)))
      (local.set $a0 (i32.add (local.get $a) (i32.mul (local.get $i) (local.get $row))))
      (local.set $a1 (i32.add (local.get $a) (i32.mul (local.get $i1) (local.get $row))))
      (local.set $a2 (i32.add (local.get $a) (i32.mul (local.get $i2) (local.get $row))))
      (local.set $a3 (i32.add (local.get $a) (i32.mul (local.get $i3) (local.get $row))))
      (local.set $s0 (v128.const i32x4 0 0 0 0))
      (local.set $s1 (v128.const i32x4 0 0 0 0))
      (local.set $s2 (v128.const i32x4 0 0 0 0))
      (local.set $s3 (v128.const i32x4 0 0 0 0))
      (local.set $at (local.get $x))
      (loop $depth
        (local.set $value (v128.load align=4 (local.get $at)))
        (local.set $s0 (f32x4.add (local.get $s0) (f32x4.mul (local.get $value) (v128.load align=4 (local.get $a0)))))
        (local.set $a0 (i32.add (local.get $a0) (i32.const 16)))
        (local.set $s1 (f32x4.add (local.get $s1) (f32x4.mul (local.get $value) (v128.load align=4 (local.get $a1)))))
        (local.set $a1 (i32.add (local.get $a1) (i32.const 16)))
        (local.set $s2 (f32x4.add (local.get $s2) (f32x4.mul (local.get $value) (v128.load align=4 (local.get $a2)))))
        (local.set $a2 (i32.add (local.get $a2) (i32.const 16)))
        (local.set $s3 (f32x4.add (local.get $s3) (f32x4.mul (local.get $value) (v128.load align=4 (local.get $a3)))))
        (local.set $a3 (i32.add (local.get $a3) (i32.const 16)))
        (br_if $depth (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $end))))
      (f32.store (i32.add (local.get $y) (i32.shl (local.get $i) (i32.const 2)))
        (f32.add (call $sum (local.get $s0)) (f32.load (i32.add (local.get $bias) (i32.shl (local.get $i) (i32.const 2))))))
      (f32.store (i32.add (local.get $y) (i32.shl (local.get $i1) (i32.const 2)))
        (f32.add (call $sum (local.get $s1)) (f32.load (i32.add (local.get $bias) (i32.shl (local.get $i1) (i32.const 2))))))
      (f32.store (i32.add (local.get $y) (i32.shl (local.get $i2) (i32.const 2)))
        (f32.add (call $sum (local.get $s2)) (f32.load (i32.add (local.get $bias) (i32.shl (local.get $i2) (i32.const 2))))))
      (f32.store (i32.add (local.get $y) (i32.shl (local.get $i3) (i32.const 2)))
        (f32.add (call $sum (local.get $s3)) (f32.load (i32.add (local.get $bias) (i32.shl (local.get $i3) (i32.const 2))))))
      (br_if $rows (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 4))) (local.get $m)))))

  ;; x [n] becomes x > 0 ? x : 0.2 x, 4 at a time: up to 12 bytes after the last one are changed too.
  (func (export "leaky") (param $x i32) (param $n i32) (local $end i32) (local $value v128)
    (local.set $end (i32.add (local.get $x) (i32.shl (local.get $n) (i32.const 2))))
    (loop $next
      (local.set $value (v128.load align=4 (local.get $x)))
      (v128.store align=4 (local.get $x)
        (f32x4.max (local.get $value) (f32x4.mul (local.get $value) (v128.const f32x4 0.2 0.2 0.2 0.2))))
      (br_if $next (i32.lt_u (local.tee $x (i32.add (local.get $x) (i32.const 16))) (local.get $end)))))

  ;; the row i, or the last of m
  (func $within (param $i i32) (param $m i32) (result i32)
    (select (local.get $i) (i32.sub (local.get $m) (i32.const 1)) (i32.lt_s (local.get $i) (local.get $m))))

  (func $sum (param $v v128) (result f32)
    (f32.add
      (f32.add (f32x4.extract_lane 0 (local.get $v)) (f32x4.extract_lane 1 (local.get $v)))
      (f32.add (f32x4.extract_lane 2 (local.get $v)) (f32x4.extract_lane 3 (local.get $v))))))
