import Foundation
import Testing

@testable import ContainerEngine

/// Which version of the API an engine is asked in, by what it says of itself.
@Suite struct EngineVersionTests {
    @Test(arguments: [
        // Docker 20.10, Docker 29, Podman 4 and what says nothing.
        (#"{"Version": "20.10.24", "ApiVersion": "1.41", "MinAPIVersion": "1.12"}"#, "1.41"),
        (#"{"Version": "29.0.0", "ApiVersion": "1.52", "MinAPIVersion": "1.44"}"#, "1.44"),
        (#"{"Components": [{"Name": "Podman Engine"}], "ApiVersion": "1.41", "MinAPIVersion": "1.24"}"#, "1.41"),
        (#"{"ApiVersion": "1.41"}"#, "1.41"), (#"{"MinAPIVersion": "new"}"#, "1.41"),
        (#"{"MinAPIVersion": "2.0"}"#, "2.0"), (#"{"MinAPIVersion": ""}"#, "1.41"),
    ])
    func oursUnlessTheEngineTakesOnlyNewerOnes(answer: String, version: String) throws {
        let answer = try EngineJSON.decode(VersionAnswer.self, Data(answer.utf8))
        #expect(EngineVersion(speakingWith: answer).description == version)
    }

    @Test func numbersAreComparedAsNumbers() throws {
        #expect(try #require(EngineVersion("1.9")) < (try #require(EngineVersion("1.41"))))
        #expect(try #require(EngineVersion("1.100")) > .ours)
        #expect(EngineVersion(speakingWith: nil) == .ours)
        for text in ["", "1", "1.", ".41", "1.41.2", "-1.5", "v1.41"] { #expect(EngineVersion(text) == nil, "\(text)") }
    }
}
