namespace Braid.Multiprocessing;

/// <summary>Says which entry of a dictionary is meant.</summary>
internal static class EntryText
{
    public static string Of(object? key) => $"the entry of key {(key is string || key?.GetType().IsPrimitive == true ? $"'{key}'" : $"of type {TypeText.Of(key?.GetType() ?? typeof(object))}")}";
}
