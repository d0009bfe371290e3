using System.IO;
using System.Text.Json;

namespace ChainServe.Responses;

/// <summary>A directory as JSON, for programs: the entries in the order of the query, times in ISO 8601, sizes in
/// bytes.
/// </summary>
internal static class ListingJson
{
    /// <param name="path">Of the directory, decoded, relative to the root.</param>
    /// <param name="content">Its names.</param>
    /// <param name="query">Their order.</param>
    public static byte[] Write(string path, DirectoryContent content, ListingQuery query)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("path", "/" + path);
            writer.WriteNumber("count", content.Count);
            writer.WriteBoolean("truncated", content.Count > content.Entries.Count);
            writer.WriteStartArray("entries");
            foreach (DirectoryEntry entry in content.Sorted(query))
            {
                writer.WriteStartObject();
                writer.WriteString("name", entry.Name);
                writer.WriteString("type", entry.IsDirectory ? "directory" : "file");
                if (!entry.IsDirectory)
                {
                    writer.WriteNumber("size", entry.Length);
                }

                writer.WriteString("modified", entry.Modified);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }
}
