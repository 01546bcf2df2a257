/// `value` × 10^−places as a decimal without trailing zeros.
func decimalText(_ value: Int128, places: Int) -> String {
    var scale: Int128 = 1
    for _ in 0..<places { scale *= 10 }
    let magnitude = value.magnitude
    let whole = magnitude / UInt128(scale)
    var fraction = String(magnitude % UInt128(scale))
    fraction = String(repeating: "0", count: places - fraction.count) + fraction
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return (value < 0 ? "-" : "") + String(whole) + (fraction.isEmpty ? "" : "." + fraction)
}

/// Reads a non-negative decimal with at most `places` places into an integer count of 10^−places.
/// Trailing zeros beyond `places` are accepted. Errors: `invalid_decimal`, `decimal_out_of_range`.
func parseDecimal(_ text: String, places: Int, what: String) throws(UnitError) -> Int128 {
    var value: Int128 = 0
    var seenPoint = false
    var digits = 0
    var fractionDigits = 0
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            digits += 1
            guard digits <= 36 else {
                throw UnitError(.decimalOutOfRange, "\(what) '\(text.prefix(60))' has more than 36 digits")
            }
            if seenPoint && fractionDigits == places {
                guard byte == UInt8(ascii: "0") else {
                    throw UnitError(.invalidDecimal, "\(what) '\(text)' has more than \(places) decimal places")
                }
                continue
            }
            if seenPoint { fractionDigits += 1 }
            value = value * 10 + Int128(byte - UInt8(ascii: "0"))
        case UInt8(ascii: ".") where !seenPoint && digits > 0:
            seenPoint = true
        default:
            throw UnitError(.invalidDecimal, "\(what) '\(text.prefix(60))' is no plain decimal such as 0.016")
        }
    }
    guard digits > 0, !text.hasSuffix(".") else {
        throw UnitError(.invalidDecimal, "\(what) '\(text)' is no plain decimal such as 0.016")
    }
    for _ in fractionDigits..<places {
        let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
        guard !overflow else { throw UnitError(.decimalOutOfRange, "\(what) '\(text)' is too large") }
        value = scaled
    }
    return value
}

/// Reads what `thousandthsText` wrote; `nil` for anything else, or when it doesn't fit 64 bits.
public func thousandths(parsing text: String) -> Int64? {
    let isNegative = text.hasPrefix("-")
    guard let value = try? parseDecimal(isNegative ? String(text.dropFirst()) : text, places: 3, what: "quantity")
    else { return nil }
    return Int64(exactly: isNegative ? -value : value)
}
