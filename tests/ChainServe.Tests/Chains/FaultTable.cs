using Xunit;

namespace ChainServe.Tests.Chains;

/// <summary>What each step of each chain can meet, and what must come of it.</summary>
public static class FaultTable
{
    private const string Peer = "EPIPE, ECONNRESET, ETIMEDOUT, EHOSTUNREACH, ENETDOWN, ENOTCONN, ECONNABORTED";
    private const string SendErrors = Peer + ", ECANCELED, unlisted";

    /// <summary>What is left is sent then.</summary>
    private const string ShortSends =
        "short 0, short 1, short half, short n-1, ENOBUFS, ENOMEM, EINTR, EAGAIN";

    /// <summary>The same of a message of two parts: in the head, at its end, in the body.</summary>
    private const string ShortMessages =
        "short 0, short 1, short 100, short 5000, short 19999, ENOBUFS, ENOMEM, EINTR, EAGAIN";

    private const string OpenErrors = "ENOENT, ENOTDIR, ENAMETOOLONG, EACCES, EPERM, ELOOP, EXDEV, EAGAIN, EMFILE, "
        + "ENFILE, ENOMEM, ENOBUFS, EIO, ENXIO, ENODEV, EBUSY, ESTALE, EINTR, ECANCELED, unlisted";

    private const string ReadErrors = "EIO, EAGAIN, EOPNOTSUPP, EISDIR, EINTR, ENOMEM, ENOBUFS, ESTALE, unlisted";
    private const string ShortReads = "short 0, short 1, short half, short n-1";
    private const string CloseErrors = "EIO, ENOSPC, EINTR, unlisted";

    public static TheoryData<string, string, string, int, string, string> Rows()
    {
        TheoryData<string, string, string, int, string, string> rows = [];
        foreach (string form in new[] { "goes on", "ends" })
        {
            foreach (string chain in new[] { "checked file", "checked range", "whole file" })
            {
                // Whatever a path answers, the resolve looks again and finds the file.
                Add(rows, chain, form, "Open", 1, OpenErrors, "same");
                Add(rows, chain, form, "Read", 1, ReadErrors + ", " + ShortReads, "same");
                AddSends(rows, chain, form, "Send", 1);
                Add(rows, chain, form, "Close", 1, CloseErrors, "same");
            }

            AddResolve(rows, form);
            AddChunks(rows, form);
            AddSplices(rows, form);
            AddSends(rows, "canned", form, "Send", 1);
            Add(rows, "hot file", form, "Send", 1, SendErrors, "cut");
            Add(rows, "hot file", form, "Send", 1, ShortMessages, "same");
            Add(rows, "accept", form, "Receive", 1, "ECONNRESET, EPIPE, ETIMEDOUT, ENOTCONN, unlisted", "cut");
            Add(rows, "accept", form, "Receive", 1, "short 0, hang", "cut");
            Add(rows, "accept", form, "Receive", 1, "ENOBUFS, EAGAIN, EINTR, short 1, short 20", "same");
        }

        const string Closing = "checked file, whole file, resolve, one chain of chunks, one splice, canned";
        foreach (string chain in FaultRow.Words(Closing))
        {
            Add(rows, chain, "ends", "CloseSocket", 1, CloseErrors, "same");
        }

        return rows;
    }

    public static TheoryData<string, int, bool> AcceptRows()
    {
        TheoryData<string, int, bool> rows = [];
        foreach (int connections in new[] { 1, 2, 8 })
        {
            foreach (string error in FaultRow.Words("EMFILE, ENFILE, ENOBUFS, ENOMEM, unlisted"))
            {
                rows.Add(error, connections, true);
            }

            const string Passed = "ECONNABORTED, EPROTO, EPERM, ENETDOWN, EHOSTUNREACH, ETIMEDOUT, EAGAIN, EINTR";
            foreach (string error in FaultRow.Words(Passed))
            {
                rows.Add(error, connections, false);
            }
        }

        return rows;
    }

    public static TheoryData<string, string> KeepAliveReceiveRows()
    {
        TheoryData<string, string> rows = [];
        foreach (string fault in FaultRow.Words("ENOBUFS, EAGAIN, EINTR, short 1, short 20"))
        {
            rows.Add(fault, "same");
        }

        const string Ends = "ECONNRESET, EPIPE, ENOTCONN, ETIMEDOUT, EHOSTUNREACH, ECONNABORTED, ENETDOWN, ECANCELED, "
            + "unlisted, short 0, hang";
        foreach (string fault in FaultRow.Words(Ends))
        {
            rows.Add(fault, "closed");
        }

        return rows;
    }

    private static void AddResolve(TheoryData<string, string, string, int, string, string> rows, string form)
    {
        Add(rows, "resolve", form, "Open", 1, "ENOENT, ENOTDIR, ENAMETOOLONG, EXDEV, ELOOP", "404");
        Add(rows, "resolve", form, "Open", 1, "ENXIO, ENODEV, EBUSY", "404");
        Add(rows, "resolve", form, "Open", 1, "EACCES, EPERM", "403");
        Add(rows, "resolve", form, "Open", 1, "EAGAIN, EINTR, ESTALE", "same");
        Add(rows, "resolve", form, "Open", 1, "EMFILE, ENFILE, ENOMEM, ENOBUFS", "503");
        Add(rows, "resolve", form, "Open", 1, "EIO, EOPNOTSUPP, ECANCELED, unlisted", "500");
        Add(rows, "resolve", form, "Read", 1, "EIO, EOPNOTSUPP, EISDIR, unlisted", "500");
        Add(rows, "resolve", form, "Read", 1, "ENOMEM, ENOBUFS", "503");
        Add(rows, "resolve", form, "Read", 1, "EAGAIN, EINTR, ESTALE", "same");
        Add(rows, "resolve", form, "Read", 1, ShortReads, "same");
        AddSends(rows, "resolve", form, "Send", 1);
        Add(rows, "resolve", form, "CloseDescriptor", 1, CloseErrors, "same");
    }

    private static void AddChunks(TheoryData<string, string, string, int, string, string> rows, string form)
    {
        // Before the first byte: nothing can be said any more but the end.
        Add(rows, "chunks", form, "Install", 1, "EMFILE, ENFILE, ENOMEM, ENXIO, unlisted", "cut");
        Add(rows, "chunks", form, "CloseDescriptor", 1, CloseErrors, "cut");

        // The first, a middle and the last read of three chains: 4, 4 and 2 chunks.
        foreach (int read in new[] { 1, 2, 4, 5, 8, 9, 10 })
        {
            Add(rows, "chunks", form, "Read", read, ReadErrors + ", " + ShortReads, "cut");
        }

        // Sends with more behind them: three of each of the first two chains, one of the last.
        foreach (int chain in new[] { 1, 2 })
        {
            AddSends(rows, "chunks", form, "Send", chain);
            AddSends(rows, "chunks", form, "SecondSend", chain);
            AddSends(rows, "chunks", form, "ThirdSend", chain);
            AddSends(rows, "chunks", form, "SendOfChain", chain);
        }

        AddSends(rows, "chunks", form, "Send", 3);
        AddSends(rows, "chunks", form, "SendOfBody", 1);
        AddSends(rows, "one chain of chunks", form, "SendOfBody", 1);
        AddSends(rows, "several ranges", form, "SendOfBody", 1);
        AddSends(rows, "many pieces", form, "SendOfChain", 1);
        AddSends(rows, "many pieces", form, "SendOfChain", 3);
        Add(rows, "one chain of chunks", form, "Close", 1, CloseErrors, "same");
        if (form == "goes on")
        {
            Add(rows, "chunks", form, "Close", 1, CloseErrors, "same");
        }
    }

    private static void AddSends(
        TheoryData<string, string, string, int, string, string> rows,
        string chain,
        string form,
        string step,
        int nth)
    {
        Add(rows, chain, form, step, nth, SendErrors, "cut");
        Add(rows, chain, form, step, nth, ShortSends, "same");
    }

    private static void AddSplices(TheoryData<string, string, string, int, string, string> rows, string form)
    {
        // Ten chains. Before the first, in the middle of the body, and before the last.
        foreach (int gate in new[] { 1, 5, 10 })
        {
            Add(rows, "gates of splices", form, "Gate", gate, "ECANCELED, ENOMEM, unlisted, hang", "cut");
        }

        Add(rows, "splices", form, "Install", 1, "EMFILE, ENFILE, ENOMEM, ENXIO, unlisted", "cut");
        Add(rows, "splices", form, "CloseDescriptor", 1, CloseErrors, "cut");
        AddSends(rows, "splices", form, "Head", 1);
        foreach (int splice in new[] { 1, 2, 10 })
        {
            Add(rows, "splices", form, "In", splice, "EIO, EISDIR, ESTALE, EPIPE, unlisted, short 0", "cut");
            Add(rows, "splices", form, "In", splice, "EAGAIN, EINTR, ENOMEM, ENOBUFS", "same");
            Add(rows, "splices", form, "In", splice, "EINVAL, EOPNOTSUPP, short 1, short half, short n-1", "same");
        }

        const string Passing = "EAGAIN, EINTR, ENOMEM, ENOBUFS, short 0, short 1, short half, short n-1";
        Add(rows, "splices", form, "Out", 1, Peer + ", ECANCELED, unlisted, hang", "cut");
        Add(rows, "splices", form, "Out", 9, Peer + ", ECANCELED, unlisted, hang", "cut");
        Add(rows, "splices", form, "OutOfBody", 1, Peer + ", ECANCELED, unlisted, hang", "cut");
        Add(rows, "splices", form, "Out", 1, Passing, "same");
        Add(rows, "splices", form, "Out", 9, Passing, "same");
        Add(rows, "splices", form, "OutOfBody", 1, Passing, "same");
        Add(rows, "one splice", form, "OutOfBody", 1, Passing, "same");
        Add(rows, "one splice", form, "Close", 1, CloseErrors, "same");
        Add(rows, "splices", form, "Close", 1, CloseErrors, "same");
    }

    private static void Add(
        TheoryData<string, string, string, int, string, string> rows,
        string chain,
        string form,
        string step,
        int nth,
        string faults,
        string outcome)
    {
        foreach (string fault in FaultRow.Words(faults))
        {
            rows.Add(chain, form, step, nth, fault, outcome);
        }
    }
}
