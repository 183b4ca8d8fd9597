using Braid.Checking.Testing;

namespace Braid.Checking.Tests;

/// <summary>A run of a test undoes what it did, in the opposite order, and reports the first failure.</summary>
public sealed class TestRunTests
{
    private static readonly List<string> s_said = [];

    [Fact]
    public void Teardown_runs_after_a_failure_too_and_the_first_exception_counts()
    {
        s_said.Clear();
        InvalidOperationException thrown = Assert.Throws<InvalidOperationException>(static () => TestRun.Do(static run =>
        {
            object target = run.Make(typeof(Derived), []);
            run.Around(TestRun.Find(TestRun.Line(typeof(Derived)), Name<BeforeAttribute>(), Name<AfterAttribute>()), target, "given");
            s_said.Add("test");
            throw new InvalidOperationException("the test");
        }));
        Assert.Equal("the test", thrown.Message);
        Assert.Equal(
            ["base before", "overridden", "derived before given", "test", "derived after", "base after", "disposed"], s_said);
    }

    [Fact]
    public void A_failing_setup_is_followed_by_the_teardown_of_earlier_setups()
    {
        s_said.Clear();
        Assert.Throws<NotSupportedException>(static () => TestRun.Do(static run =>
        {
            object target = run.Make(typeof(Failing), []);
            run.Around(TestRun.Find(TestRun.Line(typeof(Failing)), Name<BeforeAttribute>(), Name<AfterAttribute>()), target);
        }));
        Assert.Equal(["base before", "overridden", "base after", "disposed"], s_said);
    }

    private static string Name<T>() => typeof(T).FullName!;

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class BeforeAttribute : Attribute;

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class AfterAttribute : Attribute;

    private class Base : IDisposable
    {
        [Before]
        public void BaseBefore() => s_said.Add("base before");

        [Before]
        public virtual void Overridden() => s_said.Add("not overridden");

        [After]
        public async Task BaseAfter()
        {
            await Task.Yield();
            s_said.Add("base after");
        }

        public void Dispose() => s_said.Add("disposed");
    }

    private sealed class Derived : Base
    {
        [Before]
        public override void Overridden() => s_said.Add("overridden");

        [Before]
        public void DerivedBefore(string given) => s_said.Add($"derived before {given}");

        [After]
        public void DerivedAfter()
        {
            s_said.Add("derived after");
            throw new NotSupportedException();
        }
    }

    private sealed class Failing : Base
    {
        public override void Overridden()
        {
            base.Overridden();
            s_said[^1] = "overridden";
            throw new NotSupportedException();
        }
    }
}
