using Braid.Checking.Engine;
using Braid.Checking.Strategies;

namespace Braid.Checking.Tests.Strategies;

/// <summary>Each order of conflicting steps is run once, and none is left out.</summary>
public sealed class PartialOrderSearchTests
{
    [Theory]
    [InlineData("abba", 3)]
    [InlineData("account", 6)]
    [InlineData("token ring", 24)]
    [InlineData("reorder 3", 52)]
    [InlineData("philosophers 3", 7)]
    [InlineData("balance", 3)]
    [InlineData("string buffer", 6)]
    [InlineData("lost wake-up", 3)]
    [InlineData("bluetooth", 10)]
    [InlineData("wrong lock", 9)]
    [InlineData("double-checked publish", 6)]
    [InlineData("if instead of while", 33)]
    public void There_is_one_run_for_each_order(string program, int orders)
    {
        var search = new PartialOrderSearch();
        ModelResult[] runs = [.. ModelSearch.Runs(Programs.Named(program), search)];
        Assert.True(search.Exhausted);
        Assert.Equal(orders, search.Runs - search.Redundant);
        Assert.Equal(orders, runs.Select(OrderOf).Distinct().Count());
    }

    [Theory]
    [InlineData("account")]
    [InlineData("reorder 3")]
    [InlineData("philosophers 3")]
    [InlineData("lost wake-up")]
    [InlineData("bluetooth")]
    [InlineData("wrong lock")]
    [InlineData("double-checked publish")]
    [InlineData("if instead of while")]
    public void It_sees_what_all_schedules_show(string program) => Compare(Programs.Named(program));

    [Fact]
    public void It_sees_what_all_schedules_of_random_programs_show()
    {
        int larger = 0;
        for (int seed = 1; seed <= 300; seed++)
        {
            larger += Compare(new RandomProgram(seed).Make) ? 1 : 0;
        }

        Assert.InRange(larger, 150, 300);
    }

    [Fact]
    public void New_points_begin_the_search_anew()
    {
        var search = new PartialOrderSearch();
        Assert.Equal(5, ModelSearch.Runs(Programs.Named("reorder 3"), search, most: 5).Count());
        search.Begin(5);
        search.End(Model.Run(Programs.Named("reorder 3"), search).Summary with { NewPoints = true });
        Assert.Equal(0, search.Runs);
        Assert.Equal(3, ModelSearch.Runs(Programs.Named("abba"), search).Select(OrderOf).Distinct().Count());
    }

    [Fact]
    public void A_restarted_run_excludes_nothing()
    {
        var search = new PartialOrderSearch();
        var orders = new HashSet<string>();
        for (int run = 0; search.Begin(run); run++)
        {
            ModelResult first = Model.Run(Programs.Named("reorder 3"), search);
            Assert.True(search.Begin(run));
            ModelResult second = Model.Run(Programs.Named("reorder 3"), search);
            Assert.Equal(first.Trace, second.Trace);
            search.End(second.Summary);
            orders.Add(OrderOf(second));
        }

        Assert.Equal(52, orders.Count);
    }

    [Fact]
    public void It_gives_up_when_the_effects_of_a_step_are_unknown()
    {
        var search = new PartialOrderSearch();
        search.Begin(0);
        ModelResult run = Model.Run(Programs.Named("abba"), search);
        run.Summary.Trace!.MarkUnknown("the time");
        search.End(run.Summary);
        Assert.False(search.Begin(1));
        Assert.Equal(("the time", false), (search.GaveUp, search.Exhausted));
    }

    /// <returns>Whether there are more schedules than runs of the search.</returns>
    private static bool Compare(Func<Model, IEnumerable<Operation>> program)
    {
        ModelResult[] all = [.. ModelSearch.Runs(program, new BoundedSearch(int.MaxValue), most: 3_000)];
        if (all.Length == 3_000)
        {
            return false;
        }

        var search = new PartialOrderSearch();
        ModelResult[] runs = [.. ModelSearch.Runs(program, search, most: 3_000)];
        Assert.True(search.Exhausted);
        Assert.Equal(all.Select(OrderOf).Distinct().Order(), runs.Select(OrderOf).Distinct().Order());
        Assert.Equal(runs.Select(OrderOf).Distinct().Count(), search.Runs - search.Redundant);
        Assert.Equal(all.Any(run => run.Failed), runs.Any(run => run.Failed));
        return runs.Length < all.Length;
    }

    /// <summary>The same for runs that differ only in the order of steps that do not conflict.</summary>
    private static string OrderOf(ModelResult run)
    {
        IReadOnlyList<StepTrace.Step> steps = run.Summary.Trace!.Steps;
        int[] level = new int[steps.Count];
        for (int i = 0; i < steps.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (steps[j].Thread == steps[i].Thread || steps[j].ConflictsWith(steps[i]))
                {
                    level[i] = Math.Max(level[i], level[j] + 1);
                }
            }
        }

        // Foata's normal form: equal for two runs if and only if one can be made of the other by exchanging steps that do not conflict.
        return string.Join(
            ";", Enumerable.Range(0, steps.Count).Select(i => $"{level[i]:D3}:{run.Steps[i]}").Order(StringComparer.Ordinal));
    }

    /// <summary>A few threads that read and write a few variables, some of it under locks.</summary>
    private sealed class RandomProgram(int seed)
    {
        public IEnumerable<Operation> Make(Model model)
        {
            var random = new Random(seed);
            ModelLock[] locks = [new(), new()];
            ModelVariable[] variables = [new(), new(), new()];
            return Model.Start(
                join: random.Next(2) == 0,
                [.. Enumerable.Range(0, 2 + random.Next(2)).Select(_ => Body(random.Next(), locks, variables))]);
        }

        private static IEnumerable<Operation> Body(int seed, ModelLock[] locks, ModelVariable[] variables)
        {
            var random = new Random(seed);
            int last = 0;
            List<ModelLock> held = [];
            for (int left = 2 + random.Next(3); left > 0; left--)
            {
                ModelVariable variable = variables[random.Next(variables.Length)];
                ModelLock gate = locks[random.Next(locks.Length)];
                switch (random.Next(6))
                {
                    case 0 when !held.Contains(gate):
                        yield return Model.Acquire(gate);
                        held.Add(gate);
                        break;
                    case 1 when held.Count > 0:
                        yield return Model.Release(held[^1]);
                        held.RemoveAt(held.Count - 1);
                        break;
                    case 2:
                        yield return Model.Write(variable);
                        variable.Value = last + 1;
                        break;
                    case 3:
                        yield return Model.Update(variable);
                        last = ++variable.Value;
                        break;
                    case 4 when last > 0:
                        yield return Model.Write(variables[0]);
                        variables[0].Value = 7;
                        break;
                    default:
                        yield return Model.Read(variable);
                        last = variable.Value;
                        if (last > 3)
                        {
                            throw new ModelFailure();
                        }

                        break;
                }
            }

            for (; held.Count > 0; held.RemoveAt(held.Count - 1))
            {
                yield return Model.Release(held[^1]);
            }
        }
    }
}
