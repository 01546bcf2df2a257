/// What a card processor gave us for a card: with it the processor charges the card, nobody else can. The card's own
/// number is never taken.
public struct CardToken: Hashable, Sendable {
    public let text: String

    public enum Fault: String, Error {
        case form = "a token is 1 to 200 printable ASCII characters without spaces"
        case cardNumber = "this looks like the number of a card; store only the token that the processor gave for it"
    }

    /// Errors, in order: `form`, `cardNumber` for 12 to 19 digits with the check digit of ISO/IEC 7812 (Luhn).
    public init(_ text: String) throws(Fault) {
        let digits = text.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: " ") }
        if Self.isCardNumber(digits) { throw .cardNumber }
        guard (1...200).contains(text.utf8.count), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .form
        }
        self.text = text
    }

    private static func isCardNumber(_ digits: [UInt8]) -> Bool {
        guard (12...19).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
        let sum = digits.reversed().enumerated().reduce(0) { sum, digit in
            let value = Int(digit.element - 0x30), weighted = digit.offset % 2 == 1 ? value * 2 : value
            return sum + (weighted > 9 ? weighted - 9 : weighted)
        }
        return sum % 10 == 0
    }
}
