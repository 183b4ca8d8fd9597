using Braid.Checking;

namespace Braid.Tests;

/// <summary>Methods that <c>braid check</c> finds in this assembly: some it can run, and some it cannot.</summary>
internal static class CheckTargets
{
    public static int Value { get; set; }

    public static void Plain() => Local();

    [Check]
    public static void Marked()
    {
    }

    public static void Overloaded()
    {
    }

    public static void Overloaded(int value) => Value = value;

    public static void Takes(string value) => Value = value.Length;

    public static T? Generic<T>() => default;

    private static void Local()
    {
        Inner();

        static void Inner() => Value = 1;
    }

    internal static class Nested
    {
        public static void Plain()
        {
        }

        public static Task Once() => Task.CompletedTask;
    }

    internal sealed class Instance
    {
        public int Value { get; set; }

        public void OnObject() => Value = 1;
    }

    internal static class OfType<T>
    {
        public static T? Inside() => default;
    }
}
