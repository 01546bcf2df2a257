import ContainerEngine
import Service
import Testing
import UsageLedger
import Units

@testable import API

/// What a live log tells, and to whom.
struct LogLinesTests {
    @Test(arguments: [
        (["a\nb", "c\n\nd"], ["a", "bc", "", "d"]), (["", "\r\n"], [""]), (["no end"], ["no end"]), ([], []),
        (["\u{52D8}"], ["\u{52D8}"]),
    ])
    func linesAreWholeHoweverTheyCome(parts: [String], lines: [String]) {
        for size in 1...4 {
            var cutter = LogLines(), told: [String] = []
            for part in parts {
                let bytes = Array(part.utf8)
                for start in stride(from: 0, to: bytes.count, by: size) {
                    told += cutter.feed(
                        LogFrame(stream: .stdout, bytes: Array(bytes[start..<min(start + size, bytes.count)])))
                }
            }
            #expect(told + cutter.finish() == lines.map { $0 + "\n" })
        }
    }

    @Test func streamsAreCutByThemselvesAndLongLinesSomewhere() {
        var cutter = LogLines()
        #expect(cutter.feed(LogFrame(stream: .stdout, bytes: Array("one".utf8))).isEmpty)
        #expect(cutter.feed(LogFrame(stream: .stderr, bytes: Array("two\n".utf8))) == ["two\n"])
        #expect(cutter.feed(LogFrame(stream: .stdout, bytes: Array(" more\n".utf8))) == ["one more\n"])
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: LogLines.greatestLineBytes * 2 + 1)
        #expect(cutter.feed(LogFrame(stream: .stdout, bytes: long)).map(\.utf8.count) == [65_537, 65_537])
        #expect(cutter.finish() == ["x\n"])
        #expect(cutter.feed(LogFrame(stream: .stdout, bytes: [0xFF, 0x0A])) == ["\u{FFFD}\n"])
    }

    @Test func aTokenOpensItsTaskForTenMinutes() throws {
        let secrets = SecretCipher(keyFile: nil), task = try TaskID("a"), other = try TaskID("b")
        let now = try Instant(rfc3339: "2026-11-24T00:00:00Z")
        func opens(_ token: String, _ task: TaskID, afterSeconds seconds: Int64 = 0) -> Bool {
            let instant = now.advanced(byNanoseconds: seconds * 1_000_000_000)
            return (try? StreamToken.check(token, for: task, secrets, now: instant)) != nil
        }
        let token = try StreamToken.make(for: task, secrets, now: now)
        #expect(opens(token, task) && opens(token, task, afterSeconds: 599))
        #expect(!opens(token, task, afterSeconds: 600) && !opens(token, other))
        for wrong in ["", ".", "1.a", "0" + token, String(token.dropLast()), "9" + token.dropFirst()] {
            #expect(!opens(wrong, task), "\(wrong)")
        }
    }
}
