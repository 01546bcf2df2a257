import Foundation
import Testing
import Units
import UsageLedger

/// The bytes that are hashed for ever: `Vectors/events.jsonl` is made by another program from the same rules.
@Suite struct EventVectorTests {
    static let salt: Salt = Array(0..<16)

    static let vectors: [(input: String, body: String, leafHash: String)] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Vectors/events.jsonl")
        guard let data = try? Data(contentsOf: file) else { return [] }
        return data.split(separator: UInt8(ascii: "\n")).map { line in
            guard let value = try? JSONValue(parsing: Array(line)), let input = value["input"]?.string,
                let body = value["body"]?.string, let leafHash = value["leaf_hash"]?.string
            else { preconditionFailure("a line of events.jsonl is broken") }
            return (input, body, leafHash)
        }
    }()

    @Test func thereAreVectorsOfEveryType() {
        for type in UsageEventType.allCases {
            #expect(Self.vectors.contains { $0.body.contains("\"type\":\"\(type.name)\"") })
        }
    }

    @Test(arguments: vectors)
    func canonicalBodyAndLeafHash(input: String, body: String, leafHash: String) throws {
        let event = try EventDecoder().decode(Array(input.utf8), makeSalt: { Self.salt }).get()
        #expect(String(decoding: event.body, as: UTF8.self) == body)
        #expect(event.body == Array(body.utf8))
        #expect(hexadecimal(event.leafHash) == leafHash)
        #expect(event.leafHash == MerkleTree.leafHash(of: event.body))
        #expect(try JSONValue(parsing: event.body).canonicalBytes == event.body)
    }

    @Test(arguments: vectors)
    func factsComeBackFromTheBody(input: String, body: String, leafHash: String) throws {
        let event = try EventDecoder().decode(Array(input.utf8), makeSalt: { Self.salt }).get()
        let (task, fact) = try recordedFact(event.body)
        #expect(task == event.task)
        #expect(fact == event.fact)
        for text in event.privateTexts {
            let digits = event.body[text.digestOffset..<text.digestOffset + 64]
            #expect(event.body[..<text.digestOffset].suffix(8).elementsEqual("\"sha256:".utf8))
            #expect(event.body[text.digestOffset + 64] == UInt8(ascii: "\""))
            #expect(digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit })
            #expect(try JSONValue(parsing: text.canonicalText).canonicalBytes == text.canonicalText)
        }
    }
}

func recordedFact(_ body: [UInt8]) throws -> (TaskID, UsageFact) {
    try body.withUnsafeBufferPointer { try EventDecoder.fact(ofRecordedBody: $0) }
}
