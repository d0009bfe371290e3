using System;
using System.Collections.Generic;
using System.Linq;

namespace ChainServe.Tests.Simulation;

/// <summary>
/// Tells whether an answer could have been true at some moment between request and response, by asking the naive server
/// about every version that there was. What comes from facts alone, an empty body too, or from a copy may be two
/// seconds old; that a sibling is missing, five.
/// </summary>
internal sealed partial class SiteOracle
{
    private const long StaleMilliseconds = 2_000;
    private const long AbsentSiblingMilliseconds = 5_000;

    private readonly SimulatedTree _tree;
    private readonly SimulationPlan _plan;

    internal SiteOracle(SimulatedTree tree, SimulationPlan plan)
    {
        _tree = tree;
        _plan = plan;
    }

    /// <returns>Null when the response is allowed, else what is wrong with it.</returns>
    internal string? Judge(SimulatedRequest request, Response response)
    {
        string? fault = response.Status switch
        {
            404 => JudgeMissing(request, response),
            503 when request.Name.Length > 0 && ChangesDuring(request.Name, request) >= 7 => null,
            _ when request.Expected > 0 => JudgeCanned(request, response),
            406 => request.Codings.RefusesIdentity && Choices(request).Contains(null) ? null : "406",
            200 or 206 or 304 or 412 or 416 => JudgeFile(request, response),
            _ => "an error for no reason",
        };
        return fault is null ? null : $"{fault}: {response.Status} with {response.Body.Length} bytes for {request}";
    }

    /// <summary>Whether the beginning of a body that broke off was true.</summary>
    internal bool IsBeginning(SimulatedRequest request, Response head, ReadOnlySpan<byte> body)
    {
        string coding = head.Fields.GetValueOrDefault("Content-Encoding", "");
        bool isMultipart = head.Status == 206 && !head.Fields.ContainsKey("Content-Range");
        if (head.Status is not (200 or 206) || isMultipart)
        {
            return true;
        }

        foreach (FileVersion version in Candidates(NameOf(request, coding), request, hasBody: true))
        {
            foreach (bool takesRange in (bool[])[true, false])
            {
                NaiveAnswer answer = NaiveServer.Answer(request, version, head.EntityTag, takesRange);
                if (answer.Status == head.Status
                    && version.Content.AsSpan()[answer.Start..answer.End].StartsWith(body))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool Varies(string name)
    {
        return _plan.HasSiblings && SimulatedTree.Varies(name);
    }

    private static string NameOf(SimulatedRequest request, string coding)
    {
        return request.Name + SimulatedTree.Siblings.FirstOrDefault(sibling => sibling.Coding == coding).Extension;
    }

    private long ChangesDuring(string name, SimulatedRequest request)
    {
        return _tree.VersionsOf(name).Count(version => version.EndTick > request.SentTick) - 1;
    }

    private IEnumerable<FileVersion> Recent(string name, SimulatedRequest request, bool isSibling = false)
    {
        return _tree.VersionsOf(name).Where(version => version.EndMilliseconds >= request.SentMilliseconds
            - (isSibling && version.Content is null ? AbsentSiblingMilliseconds : StaleMilliseconds));
    }

    private IEnumerable<FileVersion> Candidates(string name, SimulatedRequest request, bool hasBody)
    {
        IEnumerable<FileVersion> versions = hasBody && !_plan.KeepsCopies
            ? _tree.VersionsOf(name).Where(version => version.EndTick > request.SentTick)
            : Recent(name, request);
        return versions.Where(static version => version.Content is not null);
    }

    // Which siblings may answer, by all that could have been seen of them together.
    private HashSet<string?> Choices(SimulatedRequest request)
    {
        HashSet<string?> choices = [];
        if (!Varies(request.Name))
        {
            choices.Add("");
            return choices;
        }

        FileVersion[][] seen = [.. SimulatedTree.Siblings.Select(
            sibling => Recent(request.Name + sibling.Extension, request, isSibling: true).ToArray())];
        foreach (FileVersion file in Candidates(request.Name, request, hasBody: false))
        {
            foreach (FileVersion brotli in seen[0])
            {
                foreach (FileVersion zstandard in seen[1])
                {
                    foreach (FileVersion gzip in seen[2])
                    {
                        Dictionary<string, FileVersion?> siblings =
                            new() { ["br"] = brotli, ["zstd"] = zstandard, ["gzip"] = gzip };
                        choices.Add(NaiveServer.Choose(request.Codings, file, siblings));
                    }
                }
            }
        }

        if (_plan.MayFail)
        {
            // What could not be opened was not there.
            choices.UnionWith(SimulatedTree.Siblings.Select(static sibling => sibling.Coding)
                .Where(coding => request.Codings.WeightOf(coding) > 0));
            choices.Add(request.Codings.RefusesIdentity ? null : "");
        }

        return choices;
    }

    private string? JudgeFile(SimulatedRequest request, Response response)
    {
        bool isContent = response.Status is 200 or 206;
        string? given = isContent ? response.Fields.GetValueOrDefault("Content-Encoding", "") : null;
        string?[] codings =
            [.. Choices(request).Where(coding => coding is not null && (given is null || given == coding))];
        if (codings.Length == 0)
        {
            return $"another coding should answer than '{given}'";
        }

        foreach (string? coding in codings)
        {
            foreach (FileVersion version in Candidates(NameOf(request, coding!), request, response.Body.Length > 0))
            {
                if (IsAnswer(request, response, version))
                {
                    return FieldFault(request, response) ?? TagFault(request, response, coding!);
                }
            }
        }

        return "no version of the file says this";
    }

    private bool IsAnswer(SimulatedRequest request, Response response, FileVersion version)
    {
        string tag = response.EntityTag;
        bool isTagOfRange = request.IfRangeTag == tag && !tag.StartsWith('W');
        bool isDateOfRange = request.IfRangeDate == version.ModifiedSeconds && !Varies(request.Name);
        bool hasIfRange = request.IfRangeTag is not null || request.IfRangeDate is not null;
        bool mayTakeRange = !hasIfRange || isTagOfRange || isDateOfRange || response.Status == 416;

        // Several ranges may be worth the whole file; and the date of a young file says nothing.
        bool mayIgnoreRange = (hasIfRange && !isTagOfRange) || request.Ranges.Count > 1;
        return (mayTakeRange && IsSame(request, response, version, takesRange: true))
            || (mayIgnoreRange && IsSame(request, response, version, takesRange: false));
    }

    private static bool IsSame(SimulatedRequest request, Response response, FileVersion version, bool takesRange)
    {
        NaiveAnswer answer = NaiveServer.Answer(request, version, response.EntityTag, takesRange);
        if (answer.Status != response.Status)
        {
            return false;
        }

        bool hasDate = response.Fields.TryGetValue("Last-Modified", out string? date);
        if (response.Status is 200 or 206 ? !hasDate || date != version.LastModified : hasDate)
        {
            return false;
        }

        if (response.Status == 206 && !response.Fields.ContainsKey("Content-Range"))
        {
            return PartsReader.IsRight(request, version.Content!, response);
        }

        if (response.Status == 206 && response.Body.Length > PartsReader.Most(request, version.Content!))
        {
            return false;
        }

        bool hasLength = response.Status == 304 || response.Fields["Content-Length"] == $"{answer.End - answer.Start}";
        return hasLength
            && response.Fields.GetValueOrDefault("Content-Range", "") == answer.ContentRange
            && (request.IsHead || version.Content.AsSpan()[answer.Start..answer.End].SequenceEqual(response.Body));
    }
}
