using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Braid.Multiprocessing;

/// <summary>Codec for objects that go by JSON, or are refused because JSON would lose something.</summary>
internal sealed class JsonObjectCodec<T> : ObjectCodec
    where T : class
{
    private readonly string? _lossy = JsonShape.WhyLossy<T>();
    private readonly PayloadConverter<T> _converter = JsonShape.Converter<T>();

    public override void ThrowIfRefused(object value)
    {
        if (_lossy is not null)
        {
            throw PayloadException.CannotTravel(typeof(T), _lossy);
        }
    }

    public override void Write(PayloadWriter writer, object value)
    {
        ThrowIfRefused(value);
        _converter.Write(writer, (T)value);
    }

    public override object Read(ref PayloadReader reader, int number) =>
        _lossy is null
            ? _converter.Read(ref reader) ?? throw PayloadException.Damaged($"nothing came where a {TypeText.Of(typeof(T))} was announced")
        : throw PayloadException.CannotTravel(typeof(T), _lossy);
}

/// <summary>Codec for types of .NET that no other codec covers: JSON, for those objects whose copy is equal in all fields.</summary>
/// <remarks>
/// Each object is verified when it is written, by making the copy: a settable property need not return what it was set to, a property that
/// JSON leaves out may matter, and an object in a member declared as a base type comes back as that base type. Types of the program that
/// carry a <see cref="JsonConverterAttribute"/> go by that converter without verification, since they ask for it.
/// </remarks>
internal static class JsonShape
{
    private const string Advice = "Register a form with Payloads.Register, pass what it is made from, or mark the field [NonSerialized].";

    private static readonly JsonSerializerOptions s_options = MakeOptions();

    /// <summary>Why no object of the type has an equal copy; null if some may.</summary>
    public static string? WhyLossy<T>()
    {
        JsonTypeInfo info;
        try
        {
            info = s_options.GetTypeInfo(typeof(T));
        }
        catch (Exception exception) when (exception is InvalidOperationException or NotSupportedException)
        {
            return $"it is a type of .NET that knows no way to be copied ({exception.Message}). {Advice}";
        }

        if (IsByConverter(typeof(T)))
        {
            return null;
        }

        JsonPropertyInfo? lost = info.Properties.FirstOrDefault(
            property => property.Get is not null && property.Set is null && property.AssociatedParameter is null);
        return info.Kind != JsonTypeInfoKind.Object || info.Properties.Count == 0
            ? $"it shows nothing from which a copy could be made. {Advice}"
            : lost is not null ? $"a copy could be made by what it shows, but without its {lost.Name}. {Advice}"
            : null;
    }

    public static PayloadConverter<T> Converter<T>() => new BytesConverter<T>(
        (output, value) => output.Write(IsByConverter(typeof(T)) ? JsonSerializer.SerializeToUtf8Bytes(value, s_options) : Prove(value)),
        bytes => JsonSerializer.Deserialize<T>(bytes.Span, s_options)!);

    private static bool IsByConverter(Type type) =>
        !Origin.IsFramework(type) && type.IsDefined(typeof(JsonConverterAttribute), inherit: false);

    private static byte[] Prove<T>(T value)
    {
        byte[] json;
        string? lost;
        try
        {
            json = JsonSerializer.SerializeToUtf8Bytes(value, s_options);
            T copy = JsonSerializer.Deserialize<T>(json, s_options)!;
            // serialised once more, so that both objects have computed whatever serialising computes
            lost = JsonSerializer.SerializeToUtf8Bytes(copy, s_options).AsSpan().SequenceEqual(json)
                ? FieldComparison.Difference(value!, copy!)
                : "what it shows";
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw PayloadException.CannotTravel(
                typeof(T), $"it is a type of .NET that knows no way to be copied ({exception.Message}). {Advice}");
        }

        return lost is null
            ? json
            : throw PayloadException.CannotTravel(
                typeof(T), $"a copy made of what it shows differs in {(lost.Length == 0 ? "what it is" : lost)}. {Advice}");
    }

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
