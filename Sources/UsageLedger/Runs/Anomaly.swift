/// Why an event or a run can't be billed as it stands (§4). Waits for a person. The raw value is the stable name.
public enum AnomalyKind: String, Hashable, Comparable, Sendable, CaseIterable {
    case stopWithoutStart = "stop_without_start"
    case aliveWithoutStart = "alive_without_start"
    case startConflict = "start_conflict"
    case stopConflict = "stop_conflict"
    case negativeRun = "negative_run"
    case cancelConflict = "cancel_conflict"
    case aliveAfterStop = "alive_after_stop"
    case attemptOverlap = "attempt_overlap"
    case identityConflict = "identity_conflict"
    case unknownAccount = "unknown_account"
    case unknownPlan = "unknown_plan"
    /// Depends on the event cut, so it is never stored.
    case runawayRun = "runaway_run"
    /// These three depend on the price book.
    case priceMissing = "price_missing"
    case priceAmbiguous = "price_ambiguous"
    case mixedTaxBasis = "mixed_tax_basis"

    public static func < (left: AnomalyKind, right: AnomalyKind) -> Bool { left.rawValue < right.rawValue }

    /// Whether a run that bears it is billed all the same, for the amount that the rule states (R14).
    public var statesAmount: Bool {
        switch self {
        case .stopConflict, .aliveAfterStop, .runawayRun, .priceMissing, .priceAmbiguous: true
        default: false
        }
    }

    /// What a person does about it.
    public var remedy: String {
        switch self {
        case .stopWithoutStart, .aliveWithoutStart: "send the missing start, or restate started_at, or waive the run"
        case .startConflict: "restate started_at (or gpus) with what really was"
        case .stopConflict: "restate stopped_at; until then the earlier stop is billed"
        case .negativeRun: "restate started_at or stopped_at; the source's clock was wrong"
        case .cancelConflict: "restate started_at if it really ran, or waive it"
        case .aliveAfterStop: "restate stopped_at; until then it is billed to the stop"
        case .attemptOverlap: "restate or waive one of the attempts; a task runs once at a time"
        case .identityConflict: "restate account, user and plan of the run"
        case .unknownAccount: "register the account, or restate account"
        case .unknownPlan: "register the plan, or restate plan"
        case .runawayRun:
            "send the missing stop, or restate stopped_at; until then billed to the last proof of life plus the silence"
        case .priceMissing: "add a price row that covers the day"
        case .priceAmbiguous: "end one of the price rows before the day"
        case .mixedTaxBasis: "give the account prices of one tax basis for the month"
        }
    }
}

/// A set of the kinds that a run can bear whatever the event cut, one bit each. The bits are stored and never change.
public struct AnomalySet: OptionSet, Hashable, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    private static let order: [AnomalyKind] = [
        .stopWithoutStart, .aliveWithoutStart, .startConflict, .stopConflict, .negativeRun, .cancelConflict,
        .aliveAfterStop,
        .attemptOverlap, .identityConflict, .unknownAccount, .unknownPlan,
    ]

    public init(_ kind: AnomalyKind) {
        guard let index = Self.order.firstIndex(of: kind) else {
            preconditionFailure("\(kind) depends on a cut or a price")
        }
        rawValue = 1 << index
    }

    public static let stopWithoutStart = AnomalySet(.stopWithoutStart)
    public static let aliveWithoutStart = AnomalySet(.aliveWithoutStart)
    public static let startConflict = AnomalySet(.startConflict)
    public static let stopConflict = AnomalySet(.stopConflict)
    public static let negativeRun = AnomalySet(.negativeRun)
    public static let cancelConflict = AnomalySet(.cancelConflict)
    public static let aliveAfterStop = AnomalySet(.aliveAfterStop)
    public static let attemptOverlap = AnomalySet(.attemptOverlap)
    public static let identityConflict = AnomalySet(.identityConflict)
    public static let unknownAccount = AnomalySet(.unknownAccount)
    public static let unknownPlan = AnomalySet(.unknownPlan)

    /// Those under which the run is billed all the same (R14).
    public static let statingAmount: AnomalySet = [.stopConflict, .aliveAfterStop]

    public var kinds: [AnomalyKind] {
        Self.order.enumerated().compactMap { rawValue & (1 << $0.offset) != 0 ? $0.element : nil }
    }
}
