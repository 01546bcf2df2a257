/// Every rounding that Kanjo does, by name. Nothing else rounds.
public enum Rounding {
    /// The one rounding of a line (§6): ⌊units × unit price⌋ whole yen, toward zero yen for the non-negative amounts
    /// that usage has. `nil` when the amount doesn't fit 64 bits.
    public static func lineAmount(_ exact: ExactYen) -> Yen? {
        precondition(exact.trillionths >= 0, "usage is never negative")
        return Int64(exactly: exact.trillionths / ExactYen.trillionthsPerYen).map(Yen.init)
    }

    /// Consumption tax inside a tax-inclusive sum, half-up, once per invoice and rate (§9): G × 10 / 110.
    public static func taxIncluded(inGross gross: Yen) -> Yen {
        precondition(gross >= .zero, "an invoice is never below zero")
        return Yen(Int64((Int128(gross.amount) * 20 + 110) / 220))
    }

    /// Consumption tax on a tax-exclusive sum, cut down, once per invoice and rate (§9): ⌊B × 10 / 100⌋.
    public static func taxAdded(toBase base: Yen) -> Yen {
        precondition(base >= .zero, "an invoice is never below zero")
        return Yen(base.amount / 10)
    }

    /// ⌈elapsed / 1 s⌉: the seconds of an elapsed time (§5.2).
    public static func secondsStarted(elapsedNanoseconds: Int64) -> Int64 {
        precondition(elapsedNanoseconds >= 0, "time doesn't run backwards")
        return elapsedNanoseconds / 1_000_000_000 + (elapsedNanoseconds % 1_000_000_000 == 0 ? 0 : 1)
    }
}
