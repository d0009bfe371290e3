using System;

namespace ChainServe.Responses;

internal enum ListingKey : byte
{
    Name = 0,
    Size = 1,
    Date = 2,
}

/// <summary>In which form and order a directory is listed: <c>?format=json&amp;sort=size&amp;order=desc</c>. What is
/// not
/// understood counts for nothing.</summary>
internal readonly record struct ListingQuery(bool IsJson, ListingKey Key, bool IsDescending)
{
    /// <param name="query">Without "?".</param>
    /// <param name="prefersJson">What the Accept field says; a format in the query beats it.</param>
    public static ListingQuery Parse(ReadOnlySpan<byte> query, bool prefersJson)
    {
        bool isJson = prefersJson;
        ListingKey key = ListingKey.Name;
        bool isDescending = false;
        while (!query.IsEmpty)
        {
            int end = query.IndexOf((byte)'&');
            ReadOnlySpan<byte> part = end < 0 ? query : query[..end];
            query = end < 0 ? default : query[(end + 1)..];
            switch (part)
            {
                case var _ when part.SequenceEqual("format=json"u8):
                    isJson = true;
                    break;
                case var _ when part.SequenceEqual("format=html"u8):
                    isJson = false;
                    break;
                case var _ when part.SequenceEqual("sort=size"u8):
                    key = ListingKey.Size;
                    break;
                case var _ when part.SequenceEqual("sort=date"u8):
                    key = ListingKey.Date;
                    break;
                case var _ when part.SequenceEqual("order=desc"u8):
                    isDescending = true;
                    break;
                default:
                    break;
            }
        }

        return new ListingQuery(isJson, key, isDescending);
    }
}
