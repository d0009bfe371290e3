namespace ChainServe.Http;

/// <summary>Why a head was refused; <see cref="RequestRejections"/> maps each to a status and a sentence.</summary>
internal enum RequestRejection : byte
{
    None = 0,
    InvalidMethod = 1,
    MethodTooLong = 2,
    InvalidRequestLine = 3,
    InvalidTarget = 4,
    UnsupportedVersion = 5,
    RequestLineTooLong = 6,
    HeadTooLarge = 7,
    TooManyHeaders = 8,
    BareLineFeed = 9,
    BareCarriageReturn = 10,
    ControlByte = 11,
    ObsoleteFold = 12,
    WhitespaceBeforeColon = 13,
    InvalidFieldName = 14,
    MissingColon = 15,
    MissingHost = 16,
    DuplicateHost = 17,
    InvalidHost = 18,
    DuplicateContentLength = 19,
    InvalidContentLength = 20,
    ContentLengthWithTransferEncoding = 21,
    TransferEncodingInHttp10 = 22,
    InvalidTransferEncoding = 23,
    UnsupportedTransferEncoding = 24,
    UnsupportedExpectation = 25,
}
