using System;
using ChainServe.Chains;
using ChainServe.Connections;
using ChainServe.Files;
using ChainServe.Http;
using ChainServe.Responses;

namespace ChainServe.Hosting;

// Hot files as canned responses:
// 1. a small file that is asked for again while its facts stand is copied when its chain has read it, and compared;
// 2. a larger one is read as a whole into its snapshot, from a descriptor that says the same before and after;
// 3. from then on a response is one send: head and body in one piece while copying is cheaper, else a head of the
//    connection's and the body that all share.
// A snapshot belongs to the facts that it was made of, so that head and body are always of one version. It is as fresh
// as they are: looked at again after a second, by the resolve.
internal sealed partial class ConnectionFlow
{
    // Measured: docs/decisions/0006-hot-files-are-canned.md.
    private const int CopiedBodyLengthMax = 4096;

    private bool SendSnapshot(ConnectionId id, ref Connection connection)
    {
        Counters.SnapshotHits++;
        int start = (int)connection.Plan.Offset;
        int count = (int)connection.Plan.Count;
        Span<byte> answer = _buffers.Answer(connection.Buffer);
        int head = WriteHead(connection, answer);
        if (count <= CopiedBodyLengthMax)
        {
            _snapshots.Bytes(connection.Snapshot, start + count)[start..].CopyTo(answer[head..]);
            ReleaseSnapshot(ref connection);
            return SendAnswer(id, ref connection, head + count);
        }

        connection.HeadLength = head + count;
        connection.MustDrain |= !connection.KeepAlive && count > ChunkChain.BytesMax;
        Respond(id, ref connection, ChainKind.Canned);
        PrepareSend(id, ref connection);
        return false;
    }

    /// <summary>Keeps a copy of a small file that was asked for at least twice while its facts stood.</summary>
    private void Admit(FileFacts facts, ReadOnlySpan<byte> body)
    {
        if (_snapshots.TryReserve(facts, body.Length, out int snapshot))
        {
            body.CopyTo(_snapshots.Bytes(snapshot, body.Length));
            _snapshots.Publish(snapshot);
            Counters.Snapshots++;
        }
    }

    /// <summary>The same behind a whole chain: nothing compared the bytes, and nothing can change them.</summary>
    private void AdmitWhole(ChainKind kind, in Connection connection)
    {
        if (kind == ChainKind.File && connection.Plan.Count == connection.Facts!.Length)
        {
            Admit(connection.Facts, _buffers.Body(connection.Buffer, (int)connection.Plan.Count));
        }
    }

    /// <summary>Begins to read a file that no response buffer holds into a snapshot, from the descriptor of the
    /// resolve.</summary>
    /// <returns>False when it is served from the descriptor instead.</returns>
    private bool StartFilling(ConnectionId id, ref Connection connection, FileFacts known)
    {
        if (connection.Method != HttpMethod.Get
            || !_snapshots.TryReserve(known, (int)known.Length + 1, out int snapshot))
        {
            return false;
        }

        connection.Facts = known;
        connection.Snapshot = snapshot;
        connection.IsFillingSnapshot = true;
        ReadFromDescriptor(id, ref connection, mayWait: true);
        return true;
    }

    /// <summary>Where the read of a resolve goes: one byte more than the file has, so that a longer one
    /// shows.</summary>
    private Span<byte> ReadTarget(in Connection connection)
    {
        // Not where a kernel may read on behind a short read, and from the beginning (FUSE with direct I/O, 6.18):
        // there only the second look shows that a file is longer.
        int length = (int)connection.Stamp.Length + (connection.IsRemote ? 0 : 1);
        return connection.IsFillingSnapshot
            ? _snapshots.Bytes(connection.Snapshot, length)
            : _buffers.Body(connection.Buffer, length);
    }

    private FileFacts FinishFilling(ref Connection connection)
    {
        FileFacts facts = connection.Facts!;
        if (facts.PreparedHead is null)
        {
            ResponseHeadWriter.Prepare(facts);
        }

        _snapshots.Publish(connection.Snapshot);
        connection.Snapshot = Connection.None;
        connection.IsFillingSnapshot = false;
        Counters.Snapshots++;
        return facts;
    }

    private void ReleaseSnapshot(ref Connection connection)
    {
        if (connection.Snapshot == Connection.None)
        {
            return;
        }

        if (connection.IsFillingSnapshot)
        {
            _snapshots.Abandon(connection.Snapshot);
            connection.IsFillingSnapshot = false;
        }
        else
        {
            _snapshots.Release(connection.Snapshot);
        }

        connection.Snapshot = Connection.None;
    }
}
