using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Braid.Multiprocessing;

/// <summary>The way of types of .NET that nothing else fits, and of those of the program that ask for it by an attribute: JSON, if that keeps all they show.</summary>
internal static class JsonShape
{
    private static readonly JsonSerializerOptions s_options = MakeOptions();

    /// <summary>Why JSON would lose something of the type without saying so; null if it would not.</summary>
    public static string? WhyLossy<T>()
    {
        const string Advice = "Register a converter with Payloads.Register, pass what it is made from, or mark the field [NonSerialized].";
        if (typeof(T).IsAssignableTo(typeof(System.Collections.IEnumerable)) && s_options.GetTypeInfo(typeof(T)).Kind != JsonTypeInfoKind.None)
        {
            return "it is a sequence of .NET's own making, which no other process can rebuild. Pass an array or a list of its elements.";
        }

        JsonTypeInfo info;
        try
        {
            info = s_options.GetTypeInfo(typeof(T));
        }
        catch (Exception exception) when (exception is InvalidOperationException or NotSupportedException)
        {
            return $"it is a type of .NET that knows no way to be copied ({exception.Message}). {Advice}";
        }

        if (info.Kind == JsonTypeInfoKind.None)
        {
            return null;
        }

        JsonPropertyInfo? lost = info.Properties.FirstOrDefault(property => property.Get is not null && property.Set is null && property.AssociatedParameter is null);
        return info.Kind != JsonTypeInfoKind.Object || info.Properties.Count == 0 ? $"it shows nothing from which a copy could be made. {Advice}"
            : lost is not null ? $"a copy could be made by what it shows, but without its {lost.Name}. {Advice}"
            : null;
    }

    public static PayloadConverter<T> Converter<T>() => new(
        (output, value) =>
        {
            using var json = new Utf8JsonWriter(output);
            JsonSerializer.Serialize(json, value, s_options);
        },
        bytes => JsonSerializer.Deserialize<T>(bytes.Span, s_options)!);

    private static JsonSerializerOptions MakeOptions()
    {
        var options = new JsonSerializerOptions
        {
            IncludeFields = true,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        };
        options.MakeReadOnly();
        return options;
    }
}
