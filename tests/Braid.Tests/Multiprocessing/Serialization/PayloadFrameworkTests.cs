using System.Reflection;
using Braid.Multiprocessing;
using static Braid.Tests.PayloadRoundTrip;

namespace Braid.Tests;

/// <summary>Every public type of .NET: its objects arrive equal, or are refused by name, and nothing in between.</summary>
public sealed class PayloadFrameworkTests : TimedTest
{
    // What an object makes when it is asked, and room that it has left: the copy makes its own.
    private static readonly string[] s_caches =
    [
        "Uri._info", "Uri._flags", "StringBuilder.m_ChunkChars", "SecureString._buffer", "XmlSchemaSet._internalEventHandler", "Regex.factory", "MemoryStream._buffer", "MemoryStream._capacity",
        "PriorityQueue`2._nodes", "XmlSchemaSet._eventHandler", "TextInfo._isAsciiCasingSameAsInvariant",
    ];

    [Fact]
    public void Every_type_of_dotnet_arrives_equal_or_is_refused_by_name()
    {
        var wrong = new List<string>();
        var equal = new HashSet<Type>();
        var refused = new Dictionary<Type, string>();
        foreach ((string name, object value) in FrameworkSamples.All())
        {
            if (Fault(value, equal, refused) is { } fault)
            {
                wrong.Add($"{name}: {fault}");
            }
        }

        TestContext.Current.SendDiagnosticMessage($"{equal.Count} types arrive equal, {refused.Count} are refused, {wrong.Count} samples are wrong");
        Assert.Empty(wrong);
        Assert.True(equal.Count > 300 && refused.Count > 300, $"{equal.Count} {refused.Count}");
    }

    [Fact]
    public void What_arrives_equal_here_arrives_equal_through_another_process()
    {
        (string Name, object Value)[] samples = [.. FrameworkSamples.All().Where(static sample => Fault(sample.Value, [], []) is null && Travels(sample.Value))];
        byte[][] sent = [.. samples.Select(static sample => Bytes(sample.Value))];
        byte[][] back = Process.Run(() => sent.Select(static bytes => Bytes(Read<object>(bytes))).ToArray());
        Assert.All(samples.Zip(back), static pair =>
            Assert.Null(Likeness.Difference(pair.First.Value, Read<object>(pair.Second), IsCache)));
        Assert.True(samples.Length > 500, $"{samples.Length}");
    }

    private static bool IsCache(FieldInfo field) => s_caches.Contains($"{field.DeclaringType!.Name}.{field.Name}");

    private static bool Travels(object value)
    {
        try
        {
            return Bytes(value).Length > 0;
        }
        catch (PayloadException)
        {
            return false;
        }
    }

    private static string? Fault(object value, HashSet<Type> equal, Dictionary<Type, string> refused)
    {
        byte[] bytes;
        try
        {
            bytes = Bytes(value);
        }
        catch (PayloadException failure) when (failure.TypeName is not null)
        {
            refused[value.GetType()] = failure.Message;
            return null;
        }
        catch (Exception failure)
        {
            return $"refused without its name: {failure.Message}";
        }

        try
        {
            object copy = Read<object>(bytes);
            string? difference = Likeness.Difference(value, copy, IsCache);
            equal.Add(value.GetType());
            return difference;
        }
        catch (Exception failure)
        {
            return $"cannot be read: {failure.Message}";
        }
    }
}
