using System.Text.Json.Serialization;

namespace Braid.Cli;

/// <summary>How the findings are written for programs. Names and units are a promise to those.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(SystemInfo))]
internal sealed partial class InfoJson : JsonSerializerContext;
