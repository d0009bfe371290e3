using ChainServe.Files;
using ChainServe.Http;
using ChainServe.Responses;

namespace ChainServe.Connections;

/// <summary>
/// Everything a worker knows of one connection. It lives in the <see cref="ConnectionTable"/>'s array, is reached by
/// slot number, and is reset, never moved. The deadline stands in an array of its own, so that a sweep reads memory in
/// one stride.
/// </summary>
internal struct Connection
{
    /// <summary>No response buffer, no descriptor.</summary>
    internal const int None = -1;

    internal ConnectionState State;

    /// <summary>Counts the lives of this slot; a completion that carries another number is stale.</summary>
    internal uint Generation;

    /// <summary>Completions that are still to come; at 0 the kernel holds nothing of this slot.</summary>
    internal int InFlight;

    /// <summary>Which one of the worker's listeners its accept is armed on.</summary>
    internal ushort Listener;

    /// <summary>A receive waits in the kernel; one of <see cref="InFlight"/>.</summary>
    internal bool IsReceiveArmed;

    /// <summary>That receive is the one behind its accept.</summary>
    internal bool IsReceiveOfAccept;

    /// <summary>The kind of chain that responds, as its user data has it.</summary>
    internal byte ResponseKind;

    /// <summary>The client has sent its last byte.</summary>
    internal bool IsEndOfStream;

    /// <summary>The socket's buffer held more bytes than the last receive took.</summary>
    internal bool IsSocketNonEmpty;

    /// <summary>The response could not be sent whole: the connection must end, whatever the head said.</summary>
    internal bool HasSendFailed;

    /// <summary>The file slot holds a file that no chain in flight will close.</summary>
    internal bool IsFileSlotOccupied;

    /// <summary>The chain goes without RESOLVE_CACHED and RWF_NOWAIT: with them it found something cold.</summary>
    internal bool IsCold;

    /// <summary>At least one response went out, so that silence is idleness and not a slow head.</summary>
    internal bool HasServed;

    /// <summary>The client may have sent bytes that nobody will read: close only after draining them.</summary>
    internal bool MustDrain;

    /// <summary>The response buffer holds the whole file as <see cref="Facts"/> describe it.</summary>
    internal bool HasBodyInBuffer;

    /// <summary>The read in flight makes <see cref="Snapshot"/>.</summary>
    internal bool IsFillingSnapshot;

    /// <summary>The chain in flight ends with the socket's close.</summary>
    internal bool ClosesSocket;

    /// <summary>A deadline of its response has come.</summary>
    internal bool IsExpired;

    /// <summary>A deadline ended its response in the middle: what its client has not taken is thrown away.</summary>
    internal bool IsCutOff;

    /// <summary>Its client's address is counted in <see cref="ClientCounts"/>.</summary>
    internal bool IsCounted;

    /// <summary>It comes from a trusted proxy, which has not said yet whom it speaks for.</summary>
    internal bool AwaitsProxyHeader;

    /// <summary>Its client has too many connections: it hears so, and nothing else.</summary>
    internal bool IsTurnedAway;

    /// <summary>A spliced body waits for room in the socket.</summary>
    internal bool IsWaitingForClient;

    /// <summary>It waits for room in the socket, by a poll; or what is being sent is sent behind that.</summary>
    internal bool IsAtGate;
    internal bool IsBehindGate;

    /// <summary>Bytes of what a send has to send that earlier ones have sent; 0 unless they were short.</summary>
    internal int SentLength;

    /// <summary>What it waits for is a pause, or behind that its turn in the sweep.</summary>
    internal bool IsPausing;
    internal bool IsParked;

    /// <summary>Its client is below the least rate; the sweep ends it, unless a last look finds room.</summary>
    internal bool IsTooSlow;
    internal bool IsLastLook;

    /// <summary>Pauses since something moved.</summary>
    internal byte PauseCount;

    /// <summary>How often what it waits for was cancelled in vain.</summary>
    internal byte CancelCount;

    /// <summary>The socket is being asked what its client has not taken yet; one of <see cref="InFlight"/>.</summary>
    internal bool IsMeasuring;

    /// <summary>The file lies where a read may wait for somebody else.</summary>
    internal bool IsRemote;

    /// <summary>The step of its look-up that is in flight.</summary>
    internal byte ResolveStep;

    /// <summary>How often this request was started again because the file changed under it.</summary>
    internal byte Attempts;

    /// <summary>Which of the request's candidates is being looked at.</summary>
    internal byte Candidate;

    /// <summary>How many there are.</summary>
    internal byte CandidateCount;

    /// <summary>The path asks for a directory: it is empty or ends with a slash.</summary>
    internal bool IsDirectoryRequest;

    /// <summary>A candidate was a directory: it answers when nothing else does, by redirect or listing.</summary>
    internal bool HasFoundDirectory;

    /// <summary>The path is not the one that was asked for: a rule of the site put it in its place.</summary>
    internal bool IsRewritten;

    /// <summary>The rules of the site let the file of the current candidate out.</summary>
    internal bool IsCandidateAllowed;

    /// <summary>The page of a single-page application answers when no file does.</summary>
    internal bool TriesApplication;

    /// <summary>The directory that is being opened will be listed.</summary>
    internal bool IsListing;

    /// <summary>In which form and order.</summary>
    internal ListingQuery Listing;

    /// <summary>Whether the credentials of the request were right.</summary>
    internal AccessGrant Grant;

    /// <summary>One more than the number of the rule that <see cref="Grant"/> is for; 0 for none.</summary>
    internal ushort GrantedRule;

    /// <summary>The chain that follows reads from a descriptor, whatever else would do.</summary>
    internal bool NeedsDescriptor;

    /// <summary>The content must be read and compared with the facts, whatever is known of them.</summary>
    internal bool NeedsContent;

    /// <summary>A job runs for this request, and may read from its descriptor.</summary>
    internal bool IsWorking;

    /// <summary>A job that has ended, while the file is looked at once more.</summary>
    internal object? Work;

    /// <summary>The target of the request names a path: "*", an authority and what cannot be decoded do not.</summary>
    internal bool HasPath;

    /// <summary>Bytes of the request path, decoded, in the buffer's path; the rest is an index name.</summary>
    internal ushort RequestPathLength;

    /// <summary>Bytes of the path in the buffer that is being looked up or served, with its zero byte.</summary>
    internal ushort PathLength;

    /// <summary>Status of an error whose page is being looked up as a file, or 0.</summary>
    internal ushort ErrorStatus;

    /// <summary>Number of the site that the request is for.</summary>
    internal ushort Site;

    /// <summary>What the path, the descriptor and the bytes at hand are coded with.</summary>
    internal ContentCoding Coding;

    /// <summary>Bit by coding: those whose variants this request has looked up already.</summary>
    internal byte TriedCodings;

    /// <summary>The Accept-Encoding of the request has been read into <see cref="Accepted"/>.</summary>
    internal bool HasAccepted;

    internal AcceptedCodings Accepted;

    /// <summary>The file that the request names, when a coded variant of it is looked up or served.</summary>
    internal FileFacts? Original;

    /// <summary>What answers when the page of <see cref="ErrorStatus"/> is not there.</summary>
    internal CannedResponse? ErrorAnswer;

    /// <summary>Field lines of the site for an answer that is no file, when the path decides about them.</summary>
    internal GuardedLines? StatusLines;

    /// <summary>The field lines that let the request's origin read the response, or null.</summary>
    internal byte[]? OriginLines;

    internal HttpMethod Method;
    internal HttpVersion Version;

    /// <summary>Whether the connection goes on after this response.</summary>
    internal bool KeepAlive;

    /// <summary>Bytes of the current request's head at the start of the carry; 0 when the head is not kept.</summary>
    internal int KeptHeadLength;

    /// <summary>Bytes of the carry that the parser has already seen.</summary>
    internal int ScannedLength;

    /// <summary>Bytes of the current request's body that are still to be read and thrown away.</summary>
    internal long BodyLeft;

    /// <summary>When the head that is arriving must be complete: set by its first byte, never moved.</summary>
    internal long HeadDeadline;

    /// <summary>Index in the response buffers, or <see cref="None"/>.</summary>
    internal int Buffer;

    /// <summary>The copy of a file that this connection's response is sent from, or that it is making, or
    /// <see cref="None"/>.</summary>
    internal int Snapshot;

    /// <summary>A normal descriptor that this connection must close, or <see cref="None"/>.</summary>
    internal int Descriptor;

    /// <summary>What the file was when <see cref="Descriptor"/> was opened.</summary>
    internal FileStamp Stamp;

    /// <summary>When <see cref="Stamp"/> was true, or before that: nanoseconds of Unix time.</summary>
    internal long StampedNanoseconds;

    internal FileFacts? Facts;
    internal ResponsePlan Plan;

    /// <summary>Bytes of the head in front of the body, or of a whole answer that no chain opens a file for.</summary>
    internal int HeadLength;

    /// <summary>Where in the buffer's body the part begins that stands behind that head.</summary>
    internal int BodyStart;

    /// <summary>The pipe that is lent to this connection, or <see cref="None"/>.</summary>
    internal int Pipe;

    /// <summary>It stands in the queue for one, with nothing in the kernel but perhaps a receive.</summary>
    internal bool IsWaitingForPipe;

    internal SpliceProgress Splice;

    /// <summary>Up to where <see cref="ChunkOffset"/> must come before the deadline moves on.</summary>
    internal long DeadlineOffset;

    /// <summary>Bytes of the body that the chunk or splice chain in flight sends.</summary>
    internal long ChunkBytes;

    /// <summary>Where in the file the next chunk begins.</summary>
    internal long ChunkOffset;

    /// <summary>Bytes of the body that no chunk has sent yet.</summary>
    internal long ChunkLeft;

    /// <summary>The body, when it is several ranges of a file.</summary>
    internal MultipartByteRanges? Parts;

    /// <summary>Bytes that the last read of the chain in flight has to read.</summary>
    internal int LastReadLength;

    /// <summary>A body that is no file and too long for one answer: sent from here, piece by piece.</summary>
    internal byte[]? Memory;

    /// <summary>Whose bytes <see cref="Memory"/> are.</summary>
    internal CachedListing? SentListing;

    /// <summary>What the access log will say of the request, or null.</summary>
    internal RequestRecord? Record;

    /// <summary>Requests that it has brought.</summary>
    internal int RequestCount;

    /// <summary>Status of the response, or 0 before there is one.</summary>
    internal ushort Status;

    /// <summary>Bytes of the body of the response.</summary>
    internal long BodyBytes;

    /// <summary>When the drain ends in any case.</summary>
    internal long DrainDeadline;

    internal Carry Carry;

    /// <summary>Back to a connection that nobody uses, in the next generation.</summary>
    internal void Reset()
    {
        Carry.Clear();
        uint next = unchecked(Generation + 1) & ConnectionTable.GenerationMask;
        this = new Connection { Generation = next, Buffer = None, Snapshot = None, Descriptor = None, Pipe = None };
    }
}
