using System.IO;
using System.IO.Compression;
using System.Text;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>Text as gzip, and back.</summary>
internal static class Gzip
{
    internal static byte[] Compress(string text)
    {
        using var result = new MemoryStream();
        using (var stream = new GZipStream(result, CompressionLevel.Optimal, leaveOpen: true))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
        }

        return result.ToArray();
    }

    internal static string Decompress(byte[] bytes)
    {
        using var stream = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
