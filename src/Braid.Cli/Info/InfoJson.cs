using System.Text.Json.Serialization;

namespace Braid.Cli;

/// <summary>The findings as they are written for programs. Names and units are part of the contract.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(SystemInfo))]
internal sealed partial class InfoJson : JsonSerializerContext;
