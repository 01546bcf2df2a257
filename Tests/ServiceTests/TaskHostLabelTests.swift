import Foundation
import Testing
import UsageLedger
import Units

@testable import Service

/// Names of tasks in addresses.
struct TaskHostLabelTests {
    private let secrets = SecretCipher(keyFile: nil)

    @Test func aLabelNamesItsTaskAndNoOther() throws {
        let task = try TaskID("0192f1d2-8a7e-7c4b-9c5d-3e6f7a8b9c0d")
        let label = try #require(try TaskHostLabel(of: task, secrets)).text
        #expect(label.utf8.count == 56)
        #expect(try TaskHostLabel.task(of: label, secrets) == task)
        #expect(try TaskHostLabel.task(of: label.uppercased(), secrets) == task)
        #expect(try TaskHostLabel.task(of: label, SecretCipher(keyFile: nil)) == nil)
        for index in label.indices {
            let other: Character = label[index] == "0" ? "1" : "0"
            let changed = label.replacingCharacters(in: index...index, with: String(other))
            #expect(try TaskHostLabel.task(of: changed, secrets) == nil, "\(changed)")
        }
        for wrong in ["", "0", String(label.dropLast()), label + "0", "z" + label.dropFirst()] {
            #expect(try TaskHostLabel.task(of: wrong, secrets) == nil, "\(wrong)")
        }
    }

    @Test(arguments: ["job-1", "0192F1D2-8A7E-7C4B-9C5D-3E6F7A8B9C0D", "0192f1d28a7e7c4b9c5d3e6f7a8b9c0d"])
    func aTaskFromElsewhereHasNone(task: String) throws {
        #expect(try TaskHostLabel(of: try TaskID(task), secrets) == nil)
    }
}
