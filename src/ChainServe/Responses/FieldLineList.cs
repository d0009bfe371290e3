using System;
using System.Collections.Generic;
using System.Text;

namespace ChainServe.Responses;

/// <summary>Field lines in the making: each name once, whatever its case.</summary>
internal sealed class FieldLineList
{
    private readonly List<(string Name, string Value)> _lines = [];

    public void Set(string name, string value)
    {
        Remove(name);
        if (value.Length > 0)
        {
            _lines.Add((name, value));
        }
    }

    public void SetOrMerge(string name, string value)
    {
        if (name.Equals(SiteFields.Vary, StringComparison.OrdinalIgnoreCase))
        {
            Merge(SiteFields.Vary, value);
        }
        else
        {
            Set(name, value);
        }
    }

    public string? Find(string name)
    {
        return _lines.Find(line => line.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
    }

    public void Merge(string name, string value)
    {
        if (value.Length == 0)
        {
            return;
        }

        int index = _lines.FindIndex(line => line.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (index < 0)
        {
            _lines.Add((name, value));
        }
        else
        {
            _lines[index] = (name, $"{_lines[index].Value}, {value}");
        }
    }

    public void Remove(string name)
    {
        _lines.RemoveAll(line => line.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    public byte[] ToBytes()
    {
        StringBuilder text = new();
        foreach ((string name, string value) in _lines)
        {
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        return Encoding.Latin1.GetBytes(text.ToString());
    }
}
