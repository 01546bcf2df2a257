import Billing
import Print

/// What a printed page can show, asked where names are entered.
struct PrintableText {
    private let fonts: FontSet?
    /// Why it can't be told; `nil` where it can.
    let warning: SetUpWarning?

    /// Reads the fonts only where a text needs them: ASCII never does.
    init(for declaration: SetUpDeclaration) {
        guard declaration.hasTextsBeyondASCII else {
            (fonts, warning) = (nil, nil)
            return
        }
        do {
            (fonts, warning) = (try PrinterPool.shared.fonts(), nil)
        } catch {
            (fonts, warning) = (
                nil, SetUpWarning(line: 0, "names aren't checked for characters that can't be printed: \(error)")
            )
        }
    }

    /// Characters that no font of the page has, each once.
    func unprintable(_ text: String) -> [Character] {
        text.isASCII ? [] : fonts?.missing(in: text) ?? []
    }
}

extension String {
    fileprivate var isASCII: Bool { utf8.allSatisfy { $0 < 0x80 } }
}

extension SetUpDeclaration {
    fileprivate var hasTextsBeyondASCII: Bool {
        let issuer = issuer.map { [$0.value.name, $0.value.address, $0.value.phone, $0.value.bankAccount] } ?? []
        return
            !(issuer.allSatisfy { ($0 ?? "").isASCII } && plans.allSatisfy { $0.value.name.isASCII }
            && accounts.allSatisfy { account in
                [account.value.name, account.value.address, account.value.department].allSatisfy { ($0 ?? "").isASCII }
            })
    }
}

extension PlannedSetUp {
    /// Its warnings, after that of the texts.
    func warnings(after texts: PrintableText) -> [SetUpWarning] { (texts.warning.map { [$0] } ?? []) + warnings }
}
