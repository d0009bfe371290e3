namespace ChainServe.EndToEndTests;

/// <summary>What has been used to make two readers disagree about where a request ends.</summary>
internal static class DesyncTables
{
    /// <summary>What an attacker would have answered behind the request that is in doubt.</summary>
    internal const string Smuggled = "GET /secret.txt HTTP/1.1\r\nHost: test\r\n\r\n";

    // Status, and the lines of a POST whose framing they are. "|" is CRLF.
    internal static readonly (int Status, string Lines)[] TransferEncodings =
    [
        (405, "Transfer-Encoding: chunked"), (405, "transfer-encoding:CHUNKED"),
        (405, "Transfer-Encoding:\tchunked\t "), (405, "Transfer-Encoding: chunked|Connection: keep-alive"),
        (400, "Transfer-Encoding: xchunked"), (400, "Transfer-Encoding: chunkedx"), (400, "Transfer-Encoding: chunke"),
        (400, "Transfer-Encoding : chunked"), (400, "Transfer-Encoding\t: chunked"),
        (400, "Transfer-Encoding\u00a0: chunked"), (400, "Transfer-Encoding chunked"),
        (400, "Transfer-Encoding|: chunked"), (400, "Transfer-Encoding:| chunked"),
        (400, " Transfer-Encoding: chunked"), (400, "X: y| Transfer-Encoding: chunked"),
        (400, "X: y|\tTransfer-Encoding: chunked"), (400, "X: y\nTransfer-Encoding: chunked"),
        (400, "X: y\rTransfer-Encoding: chunked"), (400, "X: y\r\r\nTransfer-Encoding: chunked"),
        (400, "X: y\n\rTransfer-Encoding: chunked"), (400, "Transfer-Encoding: \vchunked"),
        (400, "Transfer-Encoding: \fchunked"), (400, "Transfer-Encoding: chunked\0"),
        (400, "Transfer-Encoding: \0chunked"), (400, "Transfer-Encoding: chunked\b"),
        (400, "Transfer-\0Encoding: chunked"), (400, "Transfer-Encoding: chunked\u0085"),
        (400, "Transfer-Encoding: \u00a0chunked"), (400, "Transfer-Encoding: \u00ffchunked"),
        (400, "Transfer-Encoding: \"chunked\""), (400, "Transfer-Encoding: 'chunked'"),
        (400, "Transfer-Encoding: chunked;q=1"), (400, "Transfer-Encoding: chunked; x=y"),
        (400, "Transfer-Encoding: chunked x"), (400, "Transfer-Encoding: x chunked"), (400, "Transfer-Encoding:"),
        (400, "Transfer-Encoding: ,"), (400, "Transfer-Encoding: chunked,"), (400, "Transfer-Encoding: identity"),
        (400, "Transfer-Encoding: gzip"), (400, "Transfer-Encoding: chunked, identity"),
        (400, "Transfer-Encoding: chunked, gzip"), (400, "Transfer-Encoding: chunked, chunked"),
        (400, "Transfer-Encoding: chunked, gzip, chunked"),
        (400, "Transfer-Encoding: chunked|Transfer-Encoding: chunked"),
        (400, "Transfer-Encoding: chunked|Transfer-Encoding: x"),
        (400, "Transfer-Encoding: x|Transfer-Encoding: chunked"),
        (400, "Transfer-Encoding: identity|Transfer-Encoding: chunked"),
        (400, "Transfer-Encoding:|Transfer-Encoding: chunked"), (501, "Transfer-Encoding: gzip, chunked"),
        (501, "Transfer-Encoding: identity, chunked"), (501, "Transfer-Encoding: , chunked"),
        (501, "Transfer-Encoding: xchunked,\tchunked"), (400, "Content-Length: 5|Transfer-Encoding: chunked"),
        (400, "Transfer-Encoding: chunked|Content-Length: 5"), (400, "Content-Length: 0|Transfer-Encoding: chunked"),
        (400, "Content-Length: 5|Transfer-Encoding: identity"),
        (400, "Content-Length: 5|Transfer-Encoding: gzip, chunked"),
        (400, "Content-Length: 5|X: y|transfer-encoding: chunked"),
        (400, "Content-Length: 5|Transfer-Encoding : chunked"), (400, "Content-Length: 5|Transfer-Encoding: \vchunked"),
        (417, "Transfer-Encoding: chunked|Expect: x"), (405, "Transfer-Encoding: chunked|Expect: 100-continue"),
    ];

    internal static readonly string[] Lengths =
    [
        "5|Content-Length: 5", "5|Content-Length: 6", "6|Content-Length: 5", "0|Content-Length: 5",
        "5|content-length: 5", "5|X: y|CONTENT-LENGTH: 0", "5, 5", "5,5", "5, 6", "5,", ",5", "+5", "-5", "-0", "+0",
        "0x5", "0X5", "5h", "5.", "5.0", "5e0", "5_0", "5 5", "5\t5", "5;x=y", "\"5\"", "'5'", "(5)", "", " ", "\v5",
        "5\0", "\05", "5\f", "\u00a05", "5\u0085", "\u00b2", "five", "NaN", "null", "true", "$5", "%35",
        "9223372036854775808", "18446744073709551616", "18446744073709551621",
        "99999999999999999999999999999999999999999999999999", "5\n", "5\r", "5|\t", "5| 5",
    ];

    /// <summary>Lines that all say "5 bytes", and nothing else that counts.</summary>
    internal static readonly string[] SoundLengths =
    [
        "Content-Length: 5", "Content-Length:5", "content-length: \t5 \t", "Content-Length: 05",
        "Content-Length: 000000000000000000000000000000000000005", "Content_Length: 9|Content-Length: 5",
        "X-Transfer-Encoding: chunked|Content-Length: 5", "Transfer_Encoding: chunked|Content-Length: 5",
        "Trailer: Content-Length|TE: chunked|Content-Length: 5", "Connection: Content-Length|Content-Length: 5",
        "Upgrade: h2c|Connection: Upgrade|Content-Length: 5",
    ];

    internal static readonly string[] ChunkedBodies =
    [
        "0\r\n\r\n", "0\r\nX: y\r\n\r\n", "0;x=y\r\n\r\n", "0;x=\"\r\n\r\n\"\r\n\r\n", "0;\n\r\n\r\n", "0;\r\r\n\r\n",
        "0\n\n", "0\r\r", "00000000000000000\r\n\r\n", "0x0\r\n\r\n", "+0\r\n\r\n", "-1\r\n\r\n", " 0\r\n\r\n",
        "0 \r\n\r\n", "\r\n0\r\n\r\n", "5\r\n12345\r\n0\r\n\r\n", "5;a=b;c\r\n12345\r\n0\r\n\r\n",
        "5\r\n12345\n0\r\n\r\n", "5\r\n123450\r\n\r\n", "5\n12345\n0\n\n", "5\r12345\r0\r\r", "FFFFFFFFFFFFFFFF\r\n",
        "10000000000000005\r\n12345\r\n0\r\n\r\n", "5\r\n", "", "g\r\n", "0\r\nContent-Length: 5\r\n\r\n",
        "0\r\nTransfer-Encoding: chunked\r\n\r\n", "0\r\n\n", "0\r\n \r\n\r\n", "0\0\r\n\r\n",
        "5; \n\r\n12345\r\n0\r\n\r\n", "2;\nxx\r\n0\r\n\r\n",
    ];

    // Bytes that begin no request, and the status that says so.
    internal static readonly (int Status, string Bytes)[] Garbage =
    [
        (400, "\0"), (400, "\n"), (400, "\r\r\n"), (400, "\r\n\r\n\r\n"), (400, "\r\n\n"), (400, " "), (400, "\t"),
        (400, ":"), (400, "0\r\n\r\n"), (400, "12345\r\n"), (400, "\u0016\u0003\u0001\0\u00a5"), (400, "\u0080\u0080"),
        (400, "\u00ef\u00bb\u00bf"), (400, " " + Smuggled), (400, "\t" + Smuggled), (400, "\n" + Smuggled),
        (400, "\0" + Smuggled), (400, "GET\t/ HTTP/1.1\r\n"), (400, "GET  /secret.txt HTTP/1.1\r\nHost: test\r\n\r\n"),
        (400, "GET /secret.txt\r\n\r\n"), (400, "GET /secret.txt\n"), (400, "GET /secret.txt HTTP/1.1\nHost: test\n\n"),
        (400, "GET /secret.txt HTTP/1.1\rHost: test\r\r"), (400, "GET /secret.txt HTTP/1.1 \r\nHost: test\r\n\r\n"),
        (400, "GET /secret.txt HTTP/1.1\r\nHost: test\r\n\n"), (400, "GET /secret.txt HTTP/1.1\r\nHost: test\n\r\n"),
        (400, "GET /secret.txt HTTP/1.1\r\nHost: te\rst\r\n\r\n"),
        (400, "GET /secret.txt HTTP/1.1\r\nHost: te\nst\r\n\r\n"), (400, "GET /secret.txt HTTP/1.1\r\n\r\n"),
        (400, "GET /secret.txt HTTP/1.1\r\nHost: test\r\nX: y\r\n\tz\r\n\r\n"),
        (400, "GET /sec\rret.txt HTTP/1.1\r\nHost: test\r\n\r\n"),
        (400, "GET /secret.txt HTTP/1.1\r\nHost: test\r\nHost: test\r\n\r\n"),
        (400, "GET /sec\nret.txt HTTP/1.1\r\nHost: test\r\n\r\n"),
        (400, "GET /secret.txt HTTP/1.1\r\nHost: test\r\nHost: other\r\n\r\n"),
        (400, "GET /secret.txt HTTP/1.1\r\nHost: a b\r\n\r\n"), (400, "GET http://test/secret.txt HTTP/1.1\r\n\r\n"),
        (400, "GET /secret.txt XTTP/1.1\r\nHost: test\r\n\r\n"),
        (505, "GET /secret.txt HTTP/2.0\r\nHost: test\r\n\r\n"),
        (505, "GET /secret.txt HTTP/0.9\r\nHost: test\r\n\r\n"), (505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ];
}
