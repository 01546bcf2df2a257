/// 適格請求書発行事業者登録番号 of a corporation: `T` and the 13-digit corporate number, whose first digit checks the other twelve
/// (from the right n = 1 … 12, weight 1 for odd n and 2 for even n; first digit = 9 − Σ mod 9).
public enum RegistrationNumber {
    /// `nil` when it is right, else what is wrong with it and what to do.
    public static func fault(_ text: String) -> String? {
        let digits = Array(text.utf8.dropFirst())
        guard text.utf8.first == UInt8(ascii: "T"), digits.count == 13,
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return "registration number '\(text)' is not T and 13 digits" }
        let values = digits.map { Int($0 - UInt8(ascii: "0")) }
        var sum = 0
        for place in 1...12 { sum += values[13 - place] * (place % 2 == 1 ? 1 : 2) }
        let check = 9 - sum % 9
        guard values[0] == check else {
            return "registration number '\(text)' has check digit \(values[0]) where \(check) is right; look for "
                + "a mistyped digit"
        }
        return nil
    }
}
