import TestSupport
import Testing
import Units

/// The few roundings there are, each against another way to say the same.
@Suite struct RoundingTests {
    /// T = half-up(G / 11). Eleven is odd, so nothing lies in the middle: up from a rest of six on.
    @Test func includedTaxOfEverySumUpToAMillion() {
        var wrong: Int64?
        for gross in Int64(0)...1_000_000 {
            let tax = Rounding.taxIncluded(inGross: Yen(gross)).amount
            let net = gross - tax
            let halfUp = gross / 11 + (gross % 11 >= 6 ? 1 : 0)
            // What is taken out of the sum is the tax on what remains, to the yen.
            if tax != halfUp || tax < net / 10 || tax > (net + 9) / 10 {
                wrong = gross
                break
            }
        }
        #expect(wrong == nil, "G = \(wrong ?? 0)")
    }

    @Test(
        arguments: [
            (0, 0), (5, 0), (6, 1), (10, 1), (11, 1), (16, 1), (17, 2), (110, 10), (115, 10), (116, 11),
            (1_071_088, 97_372),
            (Int64.max, 838_488_366_986_797_801),
        ] as [(Int64, Int64)])
    func includedTax(gross: Int64, tax: Int64) {
        #expect(Rounding.taxIncluded(inGross: Yen(gross)) == Yen(tax))
    }

    @Test(
        arguments: [
            (0, 0), (9, 0), (10, 1), (19, 1), (20, 2), (999, 99), (1_000, 100), (Int64.max, 922_337_203_685_477_580),
        ] as [(Int64, Int64)])
    func addedTax(base: Int64, tax: Int64) {
        #expect(Rounding.taxAdded(toBase: Yen(base)) == Yen(tax))
    }

    @Test(
        arguments: [
            (0, 0), (1, 0), (999_999_999_999, 0), (1_000_000_000_000, 1), (1_999_999_999_999, 1),
            (2_000_000_000_000, 2),
            (1_071_088_240_000_000_000, 1_071_088),
        ] as [(Int64, Int64)])
    func linesAreCutDown(trillionths: Int64, yen: Int64) {
        #expect(Rounding.lineAmount(ExactYen(trillionths: Int128(trillionths))) == Yen(yen))
    }

    @Test func aLineHasABound() {
        let yen: Int128 = 1_000_000_000_000
        #expect(Rounding.lineAmount(ExactYen(trillionths: (Int128(Int64.max) + 1) * yen - 1)) == Yen(.max))
        #expect(Rounding.lineAmount(ExactYen(trillionths: (Int128(Int64.max) + 1) * yen)) == nil)
    }

    @Test(
        arguments: [
            (0, 0), (1, 1), (999_999_999, 1), (1_000_000_000, 1), (1_000_000_001, 2), (59_999_999_999, 60),
            (60_000_000_000, 60), (Int64.max, 9_223_372_037),
        ] as [(Int64, Int64)])
    func secondsThatHaveStarted(nanoseconds: Int64, seconds: Int64) {
        #expect(Rounding.secondsStarted(elapsedNanoseconds: nanoseconds) == seconds)
    }

    /// ⌈x⌉ is the least whole number that isn't below x.
    @Test func secondsStartedIsTheCeiling() {
        var generator = SeededGenerator(seed: TestSeed.value)
        for _ in 0..<20_000 {
            let elapsed = Int64(generator.next() >> 1) >> Int64(generator.below(62))
            let seconds = Int128(Rounding.secondsStarted(elapsedNanoseconds: elapsed)) * 1_000_000_000
            guard seconds >= Int128(elapsed), seconds - 1_000_000_000 < Int128(elapsed) else {
                Issue.record("\(elapsed) ns, seed \(TestSeed.value)")
                return
            }
        }
    }
}
