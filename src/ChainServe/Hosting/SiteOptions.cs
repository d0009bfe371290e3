using System.Collections.Generic;
using System.Linq;
using System.Text;
using ChainServe.Configuration;
using ChainServe.Connections;
using ChainServe.Files;
using ChainServe.Http;
using ChainServe.Responses;

namespace ChainServe.Hosting;

/// <summary>What the connection flow needs of the options, in the form it needs it in: bytes, not text.</summary>
internal sealed class SiteOptions
{
    internal SiteOptions(ServerOptions options, bool isUnchangeableMount)
    {
        Candidates = new CandidateOptions(options.Index.Select(Encoding.UTF8.GetBytes).ToArray(), false);
        IsImmutable = options.Immutable || isUnchangeableMount;
        Polls = options.Poll;
        ServesHidden = options.Hidden;
        RequestLimits = new RequestLimits(
            options.Limits.RequestLineBytesMax, options.Limits.HeadBytesMax, options.Limits.HeaderCountMax);
        BodyBytesDiscardedMax = options.Limits.BodyBytesDiscardedMax;
        Timeouts = options.Timeouts;
        Routes = new CannedRoutes(RoutesOf(options));
    }

    internal CandidateOptions Candidates { get; }

    /// <summary>Files do not change while the server runs: whole chains, and facts that never expire.</summary>
    internal bool IsImmutable { get; }

    /// <summary>The worker makes no system calls while it is busy: a thread of the kernel takes its entries.</summary>
    internal bool Polls { get; }

    internal bool ServesHidden { get; }

    internal RequestLimits RequestLimits { get; }

    internal int BodyBytesDiscardedMax { get; }

    internal TimeoutsOptions Timeouts { get; }

    internal CannedRoutes Routes { get; }

    private static List<KeyValuePair<byte[], CannedResponse>> RoutesOf(ServerOptions options)
    {
        List<KeyValuePair<byte[], CannedResponse>> routes = [];
        foreach (CannedRoute route in options.Canned)
        {
            CannedResponse response = new CannedResponse(
                route.Status, route.ContentType, Encoding.UTF8.GetBytes(route.Body));
            if (response.LengthMax > ResponseBuffers.AnswerLengthMax)
            {
                throw new StartupException(
                    $"the response of the canned route '{route.Path}' is {response.LengthMax} bytes long, and at most "
                    + $"{ResponseBuffers.AnswerLengthMax} fit; serve it as a file.");
            }

            routes.Add(new(Encoding.UTF8.GetBytes(route.Path.TrimStart('/')), response));
        }

        return routes;
    }
}
