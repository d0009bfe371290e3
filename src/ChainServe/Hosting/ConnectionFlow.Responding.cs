using System;
using ChainServe.Chains;
using ChainServe.Connections;
using ChainServe.Files;
using ChainServe.Http;
using ChainServe.Responses;
using Uring;

namespace ChainServe.Hosting;

// From facts to a chain, and from its completions to what comes next. The methods that return a bool say whether the
// head must be kept, because the request is not finished without another look at it.
internal sealed partial class ConnectionFlow
{
    /// <summary>The longest answer in one piece, before the site's lines.</summary>
    private const int CannedLengthMax = ResponseBuffers.BodyLength;

    private readonly byte[] _extraLines = new byte[ResponseBuffers.HeadLengthMax];

    /// <summary>An answer without a file.</summary>
    private bool SendCanned(ConnectionId id, ref Connection connection, CannedResponse canned)
    {
        connection.Status = (ushort)canned.Status;
        connection.BodyBytes = connection.Method == HttpMethod.Head ? 0 : canned.Body.Length;
        if (canned.LengthMax > CannedLengthMax)
        {
            return SendMemory(id, ref connection, canned);
        }

        int length = canned.Write(
            _buffers.Answer(connection.Buffer),
            _clock.Date,
            connection.KeepAlive,
            connection.Version,
            omitBody: connection.Method == HttpMethod.Head,
            ExtraLines(ref connection));
        return SendAnswer(id, ref connection, length);
    }

    private bool SendAnswer(ConnectionId id, ref Connection connection, int length)
    {
        Invariant.Require(length > 0, "an answer without a file fits into its buffer");
        CloseDescriptor(id, ref connection);
        connection.HeadLength = length;
        Respond(id, ref connection, ChainKind.Canned);
        PrepareSend(id, ref connection);
        return false;
    }

    /// <summary>Answers with the file of the connection's facts and plan.</summary>
    private bool SendFile(ConnectionId id, ref Connection connection)
    {
        FileFacts facts = connection.Facts!;
        connection.Status = (ushort)connection.Plan.Status;
        connection.BodyBytes = connection.Plan.Count;
        if (!connection.Plan.SendsBody)
        {
            return SendAnswer(id, ref connection, WriteHead(connection, _buffers.Answer(connection.Buffer)));
        }

        if (connection.Plan.IsMultipart)
        {
            return SendParts(id, ref connection, facts);
        }

        if (_snapshots.TryUse(facts, out int snapshot))
        {
            CloseDescriptor(id, ref connection);
            connection.Snapshot = snapshot;
            return SendSnapshot(id, ref connection);
        }

        if (facts.Length > ResponseBuffers.BodyLength)
        {
            if (connection.Descriptor == Connection.None)
            {
                return StartResolve(id, ref connection);
            }

            if (CanSplice(connection))
            {
                SendFirstSplice(id, ref connection);
            }
            else
            {
                SendFirstChunks(id, ref connection);
            }

            return false;
        }

        if (connection.HasBodyInBuffer)
        {
            PlaceHead(ref connection, (int)connection.Plan.Offset);
            Respond(id, ref connection, ChainKind.Resolve);
            PrepareSend(id, ref connection);
            return false;
        }

        CloseDescriptor(id, ref connection);
        if (_sites[connection.Site].Tree.IsRemote)
        {
            // A chain opens and reads on the ring's thread; a resolve has the bytes read elsewhere, each time anew.
            connection.IsCold = true;
            return StartResolve(id, ref connection);
        }

        SendFromPath(id, ref connection);
        return false;
    }

    /// <summary>The whole chain, or the first half of the checked one, from the path in the buffer.</summary>
    private void SendFromPath(ConnectionId id, ref Connection connection)
    {
        Site site = _sites[connection.Site];
        FileRequest request = new FileRequest
        {
            Id = id,
            Tree = site.Tree,
            Buffer = connection.Buffer,
            PathLength = connection.PathLength,
            IsCold = connection.IsCold && site.IsImmutable && !_options.Polls,
        };

        // Without NOWAIT a read may go to a kernel worker, and a polled chain would send from there.
        if (site.IsImmutable && (!_options.Polls || _resources.IsNoWaitSupported))
        {
            PlaceHead(ref connection, 0);
            Respond(id, ref connection, ChainKind.File);
            FileChain.Prepare(
                _resources,
                request,
                connection.HeadLength,
                connection.Plan.Offset,
                (int)connection.Plan.Count,
                connection.ClosesSocket);
        }
        else
        {
            Respond(id, ref connection, ChainKind.CheckedFile);
            CheckedFileChain.PrepareRead(_resources, request, (int)connection.Facts!.Length);
        }
    }

    /// <summary>Makes the head, and begins where the body begins.</summary>
    private void PlaceLongBody(ref Connection connection)
    {
        // The client may send a stray byte while a long body is on its way, and a close with unread bytes would reset
        // what it has not read yet: the end of such a response is a drain.
        connection.MustDrain |= !connection.KeepAlive && connection.Plan.Count > ChunkChain.BytesMax;
        PlaceHead(ref connection, 0);
        connection.ChunkOffset = connection.Plan.Offset;
        connection.ChunkLeft = connection.Plan.Count;
    }

    private void SendFirstChunks(ConnectionId id, ref Connection connection)
    {
        PlaceLongBody(ref connection);
        SendChunks(id, ref connection);
    }

    private void SendChunks(ConnectionId id, ref Connection connection)
    {
        Respond(id, ref connection, ChainKind.Chunk);
        if (connection.Parts is not null)
        {
            SendNextParts(id, ref connection);
        }
        else if (_options.Polls)
        {
            connection.ChunkBytes = ChunkChain.PrepareRead(_resources, id, connection);
            connection.LastReadLength = (int)connection.ChunkBytes;
        }
        else
        {
            connection.ChunkBytes = ChunkChain.Prepare(_resources, id, connection, connection.ClosesSocket);
        }

        FileIsInstalled(ref connection);
    }

    /// <summary>The first chain of a long body has been prepared, or a later one: the descriptor is the kernel's, and
    /// the file stands in its slot.</summary>
    private static void FileIsInstalled(ref Connection connection)
    {
        connection.Descriptor = Connection.None;
        connection.IsFileSlotOccupied = true;
    }

    /// <summary>It could not be put there: nothing is sent yet, but the descriptor must not leak.</summary>
    private void FileIsNotInstalled(ConnectionId id, ref Connection connection)
    {
        connection.Descriptor = _buffers.Descriptor(connection.Buffer)[0];
        connection.IsFileSlotOccupied = false;
        CloseDescriptor(id, ref connection);
    }

    /// <summary>Counts a response chain that is about to be prepared.</summary>
    private void Respond(ConnectionId id, ref Connection connection, ChainKind kind)
    {
        BeginResponse(id, ref connection, kind);
        connection.InFlight++;
        connection.ClosesSocket = MayCloseSocket(connection);
    }

    private void BeginResponse(ConnectionId id, ref Connection connection, ChainKind kind)
    {
        if (connection.State != ConnectionState.Responding)
        {
            MoveDeadline(id, ref connection);
        }

        MoveDeadlineIfDue(id, ref connection);
        connection.State = ConnectionState.Responding;
        connection.ResponseKind = (byte)kind;
        connection.CancelCount = 0;
        connection.PauseCount = 0;
        connection.SentLength = 0;
        connection.IsBehindGate = false;
    }

    /// <summary>A body has the time of a chain for as much as one chain sends: a byte now and then buys no time, nor
    /// does a chain that ended early.</summary>
    private void MoveDeadlineIfDue(ConnectionId id, ref Connection connection)
    {
        if (connection.ChunkOffset >= connection.DeadlineOffset)
        {
            MoveDeadline(id, ref connection);
        }
    }

    private void MoveDeadline(ConnectionId id, ref Connection connection)
    {
        connection.DeadlineOffset = connection.ChunkOffset + ChunkChain.BytesMax;
        SetSendDeadline(id);
    }

    /// <summary>Whether the chain that ends the response may end the connection too.</summary>
    private static bool MayCloseSocket(in Connection connection)
    {
        return !connection.KeepAlive
            && !connection.MustDrain
            && !connection.IsReceiveArmed
            && connection.Memory is null;
    }

    private void SetSendDeadline(ConnectionId id)
    {
        _table.SetDeadline(id.Slot, _clock.NowMilliseconds + _options.Timeouts.SendMilliseconds);
    }

    private void PlaceHead(ref Connection connection, int bodyStart)
    {
        connection.BodyStart = bodyStart;
        connection.HeadLength = WriteHead(connection, _head);
        _head.AsSpan(0, connection.HeadLength).CopyTo(
            _buffers.HeadBefore(connection.Buffer, bodyStart, connection.HeadLength));
    }

    /// <summary>What the head of a file carries beside the lines of its facts: those that depend on who asks, and for
    /// the page of an error those of the site and of the error.</summary>
    private ReadOnlySpan<byte> HeadLines(in Connection connection)
    {
        ReadOnlySpan<byte> origin = connection.OriginLines;
        return connection.ErrorStatus == 0
            ? origin
            : Join(Join(StatusLinesOf(connection), connection.ErrorAnswer!.FieldLines), origin);
    }

    private int WriteHead(in Connection connection, Span<byte> destination)
    {
        int length = ResponseHeadWriter.Write(
            destination,
            connection.Plan,
            connection.Facts!,
            _clock.Date,
            connection.KeepAlive,
            connection.Version,
            HeadLines(connection),
            connection.Parts is null ? default : connection.Parts.ContentType,
            connection.Grant == AccessGrant.Granted);
        Invariant.Require(length > 0, "a head fits into its buffer");
        return length;
    }
}
