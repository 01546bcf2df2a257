import Testing

@testable import Billing

/// T and 13 digits, of which the first checks the others.
@Suite struct RegistrationNumberTests {
    @Test(arguments: ["T7000012050002", "T6011001106696", "T9700150104216"])
    func right(text: String) {
        #expect(RegistrationNumber.fault(text) == nil)
    }

    @Test(arguments: [
        "T1234567890123", "T7000012050003", "T7000012050020", "T0000012050002", "T8000012050002", "7000012050002",
        "t7000012050002", "T700001205000", "T70000120500020", "T700001205000２", "T7000012O50002", "", "T",
        " T7000012050002", "T7000012050002 ",
    ])
    func wrong(text: String) {
        #expect(RegistrationNumber.fault(text)?.contains("registration number") == true)
    }

    /// Every mistyped digit is noticed, but for those that the modulus can't tell apart (0 and 9).
    @Test func oneWrongDigitIsNoticed() {
        let digits = Array("7000012050002")
        for place in digits.indices {
            for other in "0123456789" where other != digits[place] {
                var changed = digits
                changed[place] = other
                let isBlind = place > 0 && Set([other, digits[place]]) == ["0", "9"]
                #expect((RegistrationNumber.fault("T" + String(changed)) == nil) == isBlind, "\(String(changed))")
            }
        }
    }
}
