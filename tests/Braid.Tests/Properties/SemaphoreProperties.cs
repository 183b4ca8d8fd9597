namespace Braid.Tests;

/// <summary>Whatever is done to a semaphore in whatever order, it does what a counter with a line of waiters would.</summary>
public sealed class SemaphoreProperties : TimedTest
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_semaphore_does_what_a_counter_with_waiters_would(int value) =>
        Properties.Hold<SemaphoreOperation>(steps => Run(steps, new SemaphoreModel(new Threading.Semaphore(value), value, int.MaxValue)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void A_bounded_semaphore_does_what_a_counter_with_a_limit_would(int value) =>
        Properties.Hold<SemaphoreOperation>(steps => Run(steps, new SemaphoreModel(new Threading.BoundedSemaphore(value), value, value)));

    private static void Run(IReadOnlyList<Step<SemaphoreOperation>> steps, SemaphoreModel model)
    {
        foreach (Step<SemaphoreOperation> step in steps)
        {
            model.Do(step);
        }
    }
}
