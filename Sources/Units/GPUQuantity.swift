/// GPUs of a run, in exact thousandths: 0.001 … 65,535 (slices of a card are sold too).
public struct GPUQuantity: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let thousandths: Int64

    public static let maximumThousandths: Int64 = 65_535_000

    /// `nil` outside 0.001 … 65,535.
    public init?(thousandths: Int64) {
        guard (1...Self.maximumThousandths).contains(thousandths) else { return nil }
        self.thousandths = thousandths
    }

    /// Reads `1`, `0.5`, `32.000`. Errors: `invalid_decimal`, then `decimal_out_of_range`.
    public init(decimal text: String) throws(UnitError) {
        let value = try parseDecimal(text, places: 3, what: "gpus")
        guard let fits = Int64(exactly: value), let quantity = GPUQuantity(thousandths: fits) else {
            throw UnitError(.decimalOutOfRange, "gpus '\(text)' is outside 0.001 … 65535")
        }
        self = quantity
    }

    public static func < (left: GPUQuantity, right: GPUQuantity) -> Bool { left.thousandths < right.thousandths }

    public var isWhole: Bool { thousandths % 1000 == 0 }
    public var description: String { decimalText(Int128(thousandths), places: 3) }
}

/// An amount of use: whole seconds and the same time multiplied by the run's GPUs, both exact.
public struct Usage: Hashable, Sendable {
    /// Billable seconds, shortfall included.
    public var seconds: Int64
    /// The part of `seconds` that only fills up the plan's minimum (§5.4).
    public var shortfallSeconds: Int64
    /// GPU seconds in thousandths, shortfall included.
    /// 128 bits, because 80 runs of the largest size since 1970 overflow 64.
    public var gpuSecondThousandths: Int128

    public static let zero = Usage(seconds: 0, shortfallSeconds: 0, gpuSecondThousandths: 0)

    public init(seconds: Int64, shortfallSeconds: Int64, gpuSecondThousandths: some BinaryInteger) {
        self.seconds = seconds
        self.shortfallSeconds = shortfallSeconds
        self.gpuSecondThousandths = Int128(gpuSecondThousandths)
    }

    public static func += (left: inout Usage, right: Usage) {
        left.seconds += right.seconds
        left.shortfallSeconds += right.shortfallSeconds
        left.gpuSecondThousandths += right.gpuSecondThousandths
    }

    public static func - (left: Usage, right: Usage) -> Usage {
        Usage(
            seconds: left.seconds - right.seconds,
            shortfallSeconds: left.shortfallSeconds - right.shortfallSeconds,
            gpuSecondThousandths: left.gpuSecondThousandths - right.gpuSecondThousandths)
    }

    public var isZero: Bool { self == .zero }

    /// Units that the basis counts, in thousandths.
    public func unitThousandths(_ basis: PriceBasis) -> Int128 {
        switch basis {
        case .plan: Int128(seconds) * 1000
        case .gpu: gpuSecondThousandths
        }
    }

    /// Units × unit price, exact (§6).
    public func amount(at price: UnitPrice, basis: PriceBasis) -> ExactYen {
        ExactYen(trillionths: unitThousandths(basis) * Int128(price.billionths))
    }

    /// GPU seconds as an exact decimal.
    public var gpuSecondsText: String { decimalText(gpuSecondThousandths, places: 3) }
}

/// A count of thousandths as an exact decimal without trailing zeros.
public func thousandthsText(_ thousandths: Int128) -> String { decimalText(thousandths, places: 3) }
